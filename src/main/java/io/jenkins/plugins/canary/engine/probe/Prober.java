package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.http.auth.Tls;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe.PodRestart;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends the requests of a plan's probes. Holds no thread while it waits; any thread may call. Closing it hangs up on what
 * is under way.
 */
public final class Prober implements AutoCloseable {

    /** The longest that an answer is waited for. */
    static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

    /** The largest body that is read, in bytes. */
    private static final int LARGEST_BODY = 1 << 20;

    private final ProbeSettings settings;
    private final Map<Track, URI> bases = new EnumMap<>(Track.class);
    private final Credentials credentials;
    private final HttpFetcher web;
    private final ScheduledExecutorService executor;
    private final InstantSource clock;
    private final JwtReplayProbe.Tokens tokens;
    private final PodRestart restart;
    private final Set<BatchRun> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hangUps = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Sends nothing yet.
     *
     * @param executor runs what is done with answers; not the one that decisions depend on
     * @throws MetricException for people, when an address is none or not on the plan's list, or a secret or a certificate
     *     is missing
     */
    public Prober(
            ProbeSettings settings,
            SourceContext context,
            HttpClientPool clients,
            ScheduledExecutorService executor,
            InstantSource clock,
            PodRestart restart)
            throws MetricException {
        this.settings = settings;
        for (Map.Entry<Track, ProbeSettings.Entry> e : settings.entries().entrySet()) {
            bases.put(e.getKey(), base(e.getKey(), e.getValue(), context));
        }
        try {
            this.credentials = Credentials.open(settings.auth(), context.secrets());
            this.web = clients.get(Tls.open(settings.auth(), context.secrets()), context.addresses());
        } catch (Secrets.SecretMissing e) {
            throw new MetricException(e.getMessage(), e);
        }
        this.executor = executor;
        this.clock = clock;
        this.tokens = new JwtReplayProbe.Tokens(context.secrets(), clock);
        this.restart = restart;
    }

    private URI base(Track track, ProbeSettings.Entry entry, SourceContext context) throws MetricException {
        try {
            URI base = HttpCall.address(context.url(entry.url(), track));
            if (!settings.allow().allows(base)) {
                throw new MetricException("probes." + track.word() + ": " + PlainText.address(base)
                        + " is not on the plan's list probes.allow: nothing is sent there");
            }
            return base;
        } catch (IllegalArgumentException e) {
            throw new MetricException("probes." + track.word() + ".url: " + e.getMessage(), e);
        }
    }

    public ProbeSettings settings() {
        return settings;
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    InstantSource clock() {
        return clock;
    }

    /** Sends one request to a track; an endless answer is hung up on. */
    CompletableFuture<HttpAnswer> send(Track track, ProbeRequest probeRequest, Duration patience) {
        return web.send(request(track, probeRequest), LARGEST_BODY, Deadline.in(patience));
    }

    /** @throws IllegalArgumentException when a header is none */
    private HttpCall request(Track track, ProbeRequest probeRequest) {
        URI base = bases.get(track);
        String path = HttpCall.base(base.getRawPath());
        URI uri = URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + probeRequest.path());
        HttpCall request = HttpCall.to(uri).method(probeRequest.method(), probeRequest.body());
        Map<String, String> headers =
                new HashMap<>(settings.entries().get(track).headers());
        if (probeRequest.signed()) {
            credentials.sign(request);
        }
        headers.putAll(probeRequest.headers());
        headers.forEach(request::header);
        return request;
    }

    /** Runs a probe once. Never completes exceptionally, and always within the plan's limit of time and a little. */
    public CompletableFuture<ProbeResult> run(Probe probe, Track track) {
        long startedAt = clock.millis();
        long zero = System.nanoTime();
        if (!bases.containsKey(track)) {
            return CompletableFuture.completedFuture(ProbeResult.unavailable(
                    probe.name(),
                    track,
                    "the plan does not say where the " + track.word() + " track is reached: write probes."
                            + track.word() + ": { url: ... }",
                    startedAt,
                    0));
        }
        List<RequestBatch> batches;
        try {
            batches = probe.batches(tokens);
            for (RequestBatch batch : batches) {
                request(track, batch.probeRequest());
            }
        } catch (Probe.KeyException | IllegalArgumentException e) {
            return CompletableFuture.completedFuture(
                    ProbeResult.unavailable(probe.name(), track, e.getMessage(), startedAt, 0));
        }
        Deadline deadline = Deadline.in(settings.limits().time());
        int begun = hangUps.get();
        CompletableFuture<List<List<ProbeResponse>>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (RequestBatch batch : batches) {
            all = all.thenCompose(responses -> fire(batch, probe, track, zero, deadline, begun)
                    .thenApply(more -> {
                        responses.add(more);
                        return responses;
                    }));
        }
        return all.handle((responses, fault) -> {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - zero);
            return fault == null
                    ? clean(ProbeResult.of(probe, track, responses, startedAt, took))
                    : ProbeResult.unavailable(probe.name(), track, words(fault), startedAt, took);
        });
    }

    /** @param begun how often we had hung up by the time when the probe began: the batches to come end with it as well */
    private CompletableFuture<List<ProbeResponse>> fire(
            RequestBatch batch, Probe probe, Track track, long zero, Deadline deadline, int begun) {
        boolean over = closed || hangUps.get() != begun;
        CompletableFuture<Void> before = !over && batch.restart() && probe instanceof PersistenceProbe p
                ? restart.restart(p.restart(), shorter(p.restart().within(), deadline.left()))
                : CompletableFuture.completedFuture(null);
        return before.thenCompose(ready -> {
            BatchRun batchRun = new BatchRun(this, batch, probe, track, zero, deadline);
            underWay.add(batchRun);
            if (closed || hangUps.get() != begun) {
                batchRun.stop();
            }
            return batchRun.fire().whenComplete((responses, bug) -> underWay.remove(batchRun));
        });
    }

    static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Should a server have sent a secret back, it does not get into a journal. */
    private ProbeResult clean(ProbeResult r) {
        List<ProbeFinding> findings = r.findings().stream()
                .map(f -> new ProbeFinding(f.what(), f.outcome(), credentials.redact(f.says())))
                .toList();
        return new ProbeResult(
                r.probe(),
                r.track(),
                r.outcome(),
                credentials.redact(r.says()),
                findings,
                r.requests(),
                r.statuses(),
                r.latency(),
                r.startedAt(),
                r.tookMillis());
    }

    private static String words(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Hangs up on what is under way, soon and without making the caller wait. */
    void hangUp() {
        hangUps.incrementAndGet();
        executor.execute(() -> underWay.forEach(BatchRun::stop));
    }

    @Override
    public void close() {
        closed = true;
        hangUp();
    }
}
