package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.Expectations.JsonExpectation;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe.PodRestart;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends probes at a service of a test. */
final class Probes implements AutoCloseable {

    static final String TOKEN = "s3cr3t-token";
    static final ProbeLimits QUICK = new ProbeLimits(1_000, 500, Duration.ofSeconds(20));

    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(4);
    final Prober prober;

    Probes(URI canary, ProbeLimits limits, PodRestart restart) throws MetricException {
        this(canary, new AllowList(List.of(canary.getAuthority())), limits, restart);
    }

    Probes(URI canary, String token) throws MetricException {
        this(canary, new AllowList(List.of(canary.getAuthority())), QUICK, null, token, Map.of());
    }

    Probes(URI canary, AllowList allow, ProbeLimits limits, PodRestart restart) throws MetricException {
        this(canary, allow, limits, restart, TOKEN, Map.of());
    }

    private Probes(
            URI canary, AllowList allow, ProbeLimits limits, PodRestart restart, String token, Map<String, Probe> run)
            throws MetricException {
        this(canary, allow, limits, restart, token, run, AddressPolicy.UNRESTRICTED);
    }

    private Probes(
            URI canary,
            AllowList allow,
            ProbeLimits limits,
            PodRestart restart,
            String token,
            Map<String, Probe> run,
            AddressPolicy addresses)
            throws MetricException {
        Auth auth =
                new Auth(new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "TOKEN"), null, null, null, null, null, null);
        ProbeSettings settings = new ProbeSettings(
                allow,
                Map.of(Track.CANARY, new ProbeSettings.Entry(canary.toString(), Map.of("X-Canary", "always"))),
                auth,
                limits,
                run);
        SourceContext context =
                new SourceContext(new Target("", ""), "v2", ref -> token, name -> Optional.empty(), addresses);
        prober = new Prober(settings, context, new HttpClientPool(), executor, InstantSource.system(), restart);
    }

    /** At a service that a plan led to: what it says may be nobody's here to read. */
    static Probes stranger(URI canary) throws MetricException {
        return new Probes(
                canary,
                new AllowList(List.of(canary.getAuthority())),
                QUICK,
                null,
                TOKEN,
                Map.of(),
                (host, port, address) -> Optional.empty());
    }

    static Probes at(URI canary) throws MetricException {
        return new Probes(canary, QUICK, (how, within) -> CompletableFuture.completedFuture(null));
    }

    /** With one probe of the plan. */
    static Probes at(URI canary, Probe probe) throws MetricException {
        return new Probes(
                canary, new AllowList(List.of(canary.getAuthority())), QUICK, null, TOKEN, Map.of(probe.name(), probe));
    }

    ProbeResult run(Probe probe) throws Exception {
        return prober.run(probe, Track.CANARY).get(60, TimeUnit.SECONDS);
    }

    /** Requests that must be answered with 2xx, and more than that as given. */
    static HttpProbe http(String path, int requests, Double rps, Expectations expect) {
        return new HttpProbe("p", Probe.EVERY, ProbeRequest.get(path), requests, 8, rps, expect);
    }

    static Expectations good(Map<Double, Double> latency, List<JsonExpectation> json) {
        return new Expectations(Map.of("2xx", CountRange.parse("1..")), Map.of(), latency, json, null);
    }

    static RateLimitProbe limit(int limit, int requests, int concurrency) {
        return new RateLimitProbe("limit", Probe.EVERY, ProbeRequest.get("/limited"), limit, requests, concurrency, "");
    }

    static ProbeFinding finding(ProbeResult result, String what) {
        return result.findings().stream()
                .filter(f -> f.what().equals(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding '" + what + "' in " + result));
    }

    @Override
    public void close() {
        prober.close();
        executor.shutdownNow();
    }
}
