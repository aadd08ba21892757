package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.HttpProbe;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import io.jenkins.plugins.canary.engine.probe.Prober;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rollouts in virtual time whose gates need probes, which are sent over real HTTP to a little server. */
@Timeout(120)
class ProbedRolloutTest {

    private final VirtualServices clock = new VirtualServices(1);
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(4);
    private final List<RolloutEvent> written = new ArrayList<>();
    private final SimRouter router = new SimRouter(new Random(1), new SimPower(), 0, 0);
    /** What other threads have to say: the clock is for one. */
    private final Queue<Runnable> notes = new ConcurrentLinkedQueue<>();

    private long badFrom = Long.MAX_VALUE;
    private RolloutRun run;

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private RawServer answering(String status) throws Exception {
        return new RawServer(
                (socket, out) -> out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
    }

    private void begin(RawServer service, Load load) throws Exception {
        Expectations good =
                new Expectations(Map.of("2xx", CountRange.parse("1..")), Map.of(), Map.of(), List.of(), null);
        HttpProbe probe = new HttpProbe("home", Duration.ofMinutes(5), ProbeRequest.get("/"), 3, 3, null, good);
        ProbeSettings probes = new ProbeSettings(
                new AllowList(List.of(service.uri().getAuthority())),
                Map.of(Track.CANARY, new ProbeSettings.Entry(service.uri().toString(), Map.of())),
                Auth.NONE,
                ProbeLimits.DEFAULT,
                Map.of("home", probe));
        Criterion passes = Criterion.passes("home", NoDataPolicy.HOLD, null, Duration.ofMinutes(1));
        List<Phase> phases = List.of(
                new Phase(
                        "One",
                        Weight.ofPercent(5),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(6),
                        List.of(passes),
                        null,
                        load,
                        null),
                new Phase("Full", Weight.FULL, Duration.ZERO, Duration.ofMinutes(5), List.of(), null, null, null));
        CanaryPlan p = SamplePlans.plan(phases, SamplePlans.rules(), null, OnBuildEnd.ROLLBACK);
        CanaryPlan plan = p.with(new CanaryPlan.Analysis(p.metrics(), probes, p.abort()), p.stages(), p.watch());
        SimService metrics = new SimService(clock, new Random(2), 0, at -> at >= badFrom);
        Prober prober = new Prober(
                probes, SourceContext.of(plan.target(), "v2", ref -> ""), new HttpClientPool(), executor, clock, null);
        Probers.Probing probing = new Probers.Probing(plan, metrics, prober, clock::now);
        run = new RolloutRun(plan, RolloutState.empty(plan), written::addAll, router, probing.source(), clock);
        probing.attach(run, notes::add);
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
    }

    /** Virtual minutes pass in a moment: between them the answers of the real network get their time. */
    private void minutes(int most, BooleanSupplier until) throws InterruptedException {
        for (int i = 0; i < most * 4 && !until.getAsBoolean(); i++) {
            clock.advance(15_000);
            Thread.sleep(20);
            for (Runnable note = notes.poll(); note != null; note = notes.poll()) {
                note.run();
            }
        }
    }

    private List<RolloutEvent.Probed> probed() {
        return written.stream()
                .filter(RolloutEvent.Probed.class::isInstance)
                .map(RolloutEvent.Probed.class::cast)
                .toList();
    }

    private boolean ended() {
        return run.state().isEnded();
    }

    @Test
    void gatePassesWithItsProbe() throws Exception {
        try (RawServer service = answering("204 No Content")) {
            begin(service, null);
            minutes(30, this::ended);

            assertEquals(Outcome.PROMOTED, run.state().ended().outcome());
            assertEquals("all 3 expectations were met", probed().get(0).result().says());
            assertEquals(0, probed().get(0).phase());
        }
    }

    @Test
    void gateFailsWithItsProbe() throws Exception {
        try (RawServer service = answering("500 Internal Server Error")) {
            begin(service, null);
            minutes(30, this::ended);

            assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
            String says = written.stream()
                    .filter(RolloutEvent.Ticked.class::isInstance)
                    .map(RolloutEvent.Ticked.class::cast)
                    .flatMap(t -> t.gate().stream())
                    .filter(c -> c.outcome().name().equals("FAIL"))
                    .findFirst()
                    .orElseThrow()
                    .says();
            assertTrue(says.startsWith("probe home: ") && says.contains("3 x 500"), says);
        }
    }

    @Test
    void probeThatIsStuckDoesNotPutOffAnAbort() throws Exception {
        AtomicBoolean answered = new AtomicBoolean();
        try (RawServer stuck = new RawServer((socket, out) -> {
            Thread.sleep(100_000);
            answered.set(true);
        })) {
            begin(stuck, null);
            minutes(2, () -> !stuck.requests().isEmpty());
            assertFalse(stuck.requests().isEmpty(), "the probe is under way");
            badFrom = clock.time();
            long breach = clock.now();
            // No time for the network at all: nothing may have to wait for it.
            clock.advance(31_000);

            assertTrue(ended(), run.state().toString());
            assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
            assertEquals(Weight.ZERO, router.weight);
            assertTrue(
                    run.state().ended().at() - breach <= 31_000,
                    "took " + (run.state().ended().at() - breach));
            assertFalse(answered.get());
        }
    }

    @Test
    void loadLastsAsLongAsItsPhase() throws Exception {
        try (RawServer service = answering("204 No Content")) {
            begin(service, new Load(200, "/health", Set.of(Track.CANARY)));
            minutes(30, this::ended);
            RolloutEvent.Loaded loaded = written.stream()
                    .filter(RolloutEvent.Loaded.class::isInstance)
                    .map(RolloutEvent.Loaded.class::cast)
                    .findFirst()
                    .orElseThrow();

            assertTrue(loaded.report().requests() > 0, loaded.toString());
            assertEquals(Set.of(204), loaded.report().statuses().keySet());
            assertEquals(0, loaded.phase());
            assertTrue(service.requests().stream().anyMatch(r -> r.startsWith("GET /health ")));
            // What was under way still arrives on a busy machine; a load of 200 a second would never be still.
            Poll.until("nothing is sent any more", () -> {
                int seen = service.requests().size();
                Thread.sleep(500);
                return service.requests().size() == seen;
            });
        }
    }
}
