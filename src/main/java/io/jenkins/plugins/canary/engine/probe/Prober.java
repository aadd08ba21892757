package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.http.Tls;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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

    private final ProbeSettings settings;
    private final RequestFactory requestFactory;
    private final HttpFetcher web;
    private final ScheduledExecutorService executor;
    private final InstantSource clock;
    private final Tokens tokens;
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
        this.requestFactory = new RequestFactory(settings, context);
        this.web = clients.get(Tls.open(settings.auth(), context.secrets()), context.addresses());
        this.executor = executor;
        this.clock = clock;
        this.tokens = new Tokens(context.secrets(), clock);
        this.restart = restart;
    }

    public ProbeSettings settings() {
        return settings;
    }

    RequestFactory requestFactory() {
        return requestFactory;
    }

    HttpFetcher web() {
        return web;
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    InstantSource clock() {
        return clock;
    }

    double mostRps() {
        return settings.limits().rps();
    }

    /** Runs a probe once. Never completes exceptionally, and always within the plan's limit of time and a little. */
    public CompletableFuture<ProbeResult> run(Probe probe, Track track) {
        long startedAt = clock.millis();
        long zero = System.nanoTime();
        if (!requestFactory.reaches(track)) {
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
                requestFactory.request(track, batch.probeRequest());
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

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Should a server have sent a secret back, it does not get into a journal. */
    private ProbeResult clean(ProbeResult r) {
        List<ProbeFinding> findings = r.findings().stream()
                .map(f -> new ProbeFinding(f.what(), f.outcome(), requestFactory.redact(f.says())))
                .toList();
        return new ProbeResult(
                r.probe(),
                r.track(),
                r.outcome(),
                requestFactory.redact(r.says()),
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

    /** Signs JSON Web Tokens (RFC 7519), each with a {@code jti} of its own. */
    static final class Tokens implements Probe.TokenKeys {

        private static final ObjectMapper JSON = new ObjectMapper();
        private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

        private final Secrets secrets;
        private final InstantSource clock;

        Tokens(Secrets secrets, InstantSource clock) {
            this.secrets = secrets;
            this.clock = clock;
        }

        @Override
        public String token(JwtReplayProbe probe) throws Probe.KeyException {
            long now = clock.instant().getEpochSecond();
            Map<String, Object> claims = new LinkedHashMap<>(probe.claims());
            claims.put("jti", UUID.randomUUID().toString());
            claims.put("iat", now);
            claims.put("nbf", now);
            claims.put("exp", now + probe.lifetime().toSeconds());
            try {
                String text = part(Map.of("alg", probe.algorithm().name(), "typ", "JWT")) + "." + part(claims);
                byte[] signature = probe.algorithm()
                        .sign(
                                text.getBytes(StandardCharsets.US_ASCII),
                                probe.key().text(secrets));
                return text + "." + BASE64.encodeToString(signature);
            } catch (Secrets.SecretMissing e) {
                throw new Probe.KeyException(e.getMessage(), e);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // What such an exception says may quote the key; an empty key is an illegal argument.
                throw new Probe.KeyException(
                        "the key of probe " + probe.name() + " is no key for "
                                + probe.algorithm()
                                + (probe.algorithm() == TokenAlgorithm.HS256
                                        ? ""
                                        : ": write a private key, PEM of PKCS#8 (BEGIN PRIVATE KEY)"),
                        e);
            }
        }

        private static String part(Map<String, Object> json) {
            try {
                return BASE64.encodeToString(JSON.writeValueAsBytes(json));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("claims that cannot be written", e);
            }
        }
    }
}
