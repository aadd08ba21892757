package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever throws in a tick, and whatever becomes of its timers: the canary stays watched. */
class TickSurvivalTest {

    private static final long TICK = SamplePlans.INTERVAL.toMillis();

    /** Where an error strikes, once or for as long as it lasts. */
    enum Place {
        SOURCE_THROWS,
        SOURCE_FAILS,
        SOURCE_IS_NULL,
        SOURCE_IS_SILENT,
        SOURCE_SAYS_NULL,
        ROUTER_LOOK,
        ROUTER_SHIFT,
        LISTENER,
        JOURNAL
    }

    private static final Logger QUIET = Logger.getLogger("io.jenkins.plugins.canary.engine");

    private final VirtualServices clock = new VirtualServices(1);
    private final TickSupervisor supervisor = new TickSupervisor(clock);
    private final List<RolloutEvent> written = new ArrayList<>();
    private final List<TickSupervisor.Finding> findings = new ArrayList<>();
    private final List<Error> errors =
            List.of(new OutOfMemoryError("Java heap space"), new StackOverflowError(), new AssertionError("a bug"));
    private Place strikes;
    private int struck;
    private boolean bad;
    private final FakeRouter router = new FakeRouter();
    private RolloutRun run;

    private final class Source extends FakeSource {
        Source() {
            super(TickSurvivalTest.this::reading);
        }

        private CompletableFuture<Map<MetricQuery, Reading>> answer(Set<MetricQuery> queries, Instant at) {
            strike(Place.SOURCE_THROWS);
            if (strikes == Place.SOURCE_FAILS) {
                struck++;
                return CompletableFuture.failedFuture(errors.get(struck % errors.size()));
            }
            return strikes == Place.SOURCE_IS_NULL
                    ? null
                    : strikes == Place.SOURCE_IS_SILENT
                            ? new CompletableFuture<>()
                            : strikes == Place.SOURCE_SAYS_NULL
                                    ? CompletableFuture.completedFuture(null)
                                    : super.read(queries, at, (query, reading) -> {});
        }

        @Override
        public CompletableFuture<Map<MetricQuery, Reading>> read(
                Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
            CompletableFuture<Map<MetricQuery, Reading>> all = answer(queries, at);
            queries.stream()
                    .filter(q -> q.metric().name().equals("error-rate"))
                    .forEach(q -> early.accept(q, reading(q)));
            return all;
        }
    }

    private Reading reading(MetricQuery query) {
        return FakeSource.service(query, bad ? 0.5 : 0);
    }

    private void strike(Place place) {
        if (strikes == place) {
            throw errors.get(struck++ % errors.size());
        }
    }

    @BeforeEach
    void begin() {
        QUIET.setLevel(Level.OFF);
        router.fault = call -> strike(call == FakeRouter.Call.OBSERVE ? Place.ROUTER_LOOK : Place.ROUTER_SHIFT);
        run = new RolloutRun(
                SamplePlans.standard(),
                RolloutState.empty(SamplePlans.standard()),
                events -> {
                    strike(Place.JOURNAL);
                    written.addAll(events);
                },
                router,
                new Source(),
                clock);
        run.listen(steps -> strike(Place.LISTENER));
        supervisor.add(run);
        supervisor.listen(findings::add);
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
        clock.advance(2 * TICK);
        assertEquals(Weight.ofPercent(5), router.weight);
    }

    private long ticks() {
        return written.stream().filter(e -> e instanceof RolloutEvent.Ticked).count();
    }

    @ParameterizedTest
    @EnumSource
    void theWatchGoesOnAfterATimeOfErrors(Place place) {
        strikes = place;
        clock.advance(10 * TICK);
        strikes = null;
        long before = ticks();
        clock.advance(4 * TICK);
        assertTrue(ticks() >= before + 3, "ticks after the errors: " + (ticks() - before));
        bad = true;
        clock.advance(2 * TICK);
        assertEquals(Weight.ZERO, router.weight, "a breach is rolled back as if nothing had been");
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
        assertEquals(List.of(), findings, "nothing was silent");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"SOURCE_FAILS", "SOURCE_IS_SILENT", "SOURCE_IS_NULL", "SOURCE_SAYS_NULL", "LISTENER", "JOURNAL"})
    void aBreachIsRolledBackDuringTheErrors(Place place) {
        strikes = place;
        clock.advance(4 * TICK);
        bad = true;
        clock.advance(TICK + 250);
        assertEquals(Weight.ZERO, router.weight, "what was read in time is enough");
    }

    @Test
    void aDriverThatThrowsIsAskedAgain() {
        bad = true;
        strikes = Place.ROUTER_SHIFT;
        clock.advance(3 * TICK);
        assertEquals(Weight.ofPercent(5), router.weight);
        strikes = null;
        clock.advance(TICK);
        assertEquals(Weight.ZERO, router.weight);
    }

    @Test
    void aTickDoesNotWaitForASilentSourceBeyondTheNext() {
        strikes = Place.SOURCE_IS_SILENT;
        long before = ticks();
        clock.advance(4 * TICK + 1);
        assertEquals(before + 3, ticks());
        RolloutEvent.Ticked last = (RolloutEvent.Ticked) written.get(written.size() - 1);
        assertTrue(
                last.readings().stream()
                        .anyMatch(m -> m.status() == Reading.Status.UNAVAILABLE
                                && m.detail().equals("the source had not answered when the tick was decided")),
                last.toString());
    }

    @Test
    void anEarlyLookDoesNotFailAGateForWhatIsStillToCome() {
        strikes = Place.SOURCE_IS_SILENT;
        clock.advance(TICK);
        strikes = null;
        clock.advance(2 * TICK);
        assertTrue(written.stream()
                .noneMatch(e -> e instanceof RolloutEvent.GateFailed || e instanceof RolloutEvent.RollbackIntended));
    }

    @Test
    void theSupervisorRestartsTicksWhoseTimersWereLost() {
        clock.crash();
        supervisorAgain();
        clock.advance(4 * TICK);
        RolloutEvent.TicksRestarted said = written.stream()
                .filter(e -> e instanceof RolloutEvent.TicksRestarted)
                .map(e -> (RolloutEvent.TicksRestarted) e)
                .findFirst()
                .orElseThrow();
        assertTrue(said.silentMillis() > 3 * TICK && said.silentMillis() < 4 * TICK, said.toString());
        assertEquals(
                List.of(TickSupervisor.Kind.RESTARTED),
                findings.stream().map(TickSupervisor.Finding::kind).toList());
        bad = true;
        clock.advance(2 * TICK);
        assertEquals(Weight.ZERO, router.weight);
    }

    @Test
    void aSlowOrSilentSourceIsNotSilence() {
        strikes = Place.SOURCE_IS_SILENT;
        clock.advance(40 * TICK);
        strikes = Place.JOURNAL;
        clock.advance(40 * TICK);
        assertEquals(List.of(), findings);
    }

    @Test
    void aClockThatIsSetForwardIsNotSilence() {
        clock.jump(Duration.ofHours(5).toMillis());
        clock.advance(2 * TICK);
        clock.jump(-Duration.ofHours(9).toMillis());
        long before = ticks();
        clock.advance(4 * TICK);
        assertEquals(List.of(), findings);
        assertTrue(ticks() >= before + 3, "ticks go on after a clock was set back");
    }

    @Test
    void theSupervisorLetsGoOfWhatHasEnded() {
        bad = true;
        clock.advance(2 * TICK);
        assertTrue(run.state().isEnded());
        clock.advance(40 * TICK);
        assertEquals(List.of(), findings);
        assertFalse(written.get(written.size() - 1) instanceof RolloutEvent.TicksRestarted);
    }

    /** The crash took the supervisor's own timer along, which in a live process is the timer thread's. */
    private void supervisorAgain() {
        TickSupervisor next = new TickSupervisor(clock);
        next.add(run);
        next.listen(findings::add);
    }
}
