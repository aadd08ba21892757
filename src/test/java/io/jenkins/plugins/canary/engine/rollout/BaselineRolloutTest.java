package io.jenkins.plugins.canary.engine.rollout;

import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.MINUTE;
import static io.jenkins.plugins.canary.engine.rollout.CountingRelease.TICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a rollout compares the canary with, and what becomes of it when the baseline fails. */
class BaselineRolloutTest {

    private static final CanaryHealth DOWN =
            new CanaryHealth(CanaryHealth.State.DOWN, "0 of 2 pods of Deployment shop/api-baseline ready");

    private static final Criterion SLOWER = new Criterion(
            Metric.of("error-rate"),
            Unit.RATIO,
            null,
            null,
            new Versus(0.2, null),
            0,
            NoDataPolicy.HOLD,
            null,
            SamplePlans.WINDOW);

    private final Set<Track> asked = new LinkedHashSet<>();
    private double baselineErrors = 0.05;

    /** The canary and the baseline are young, and fail more often than the stable version's old pods. */
    private Reading read(MetricQuery query) {
        asked.add(query.track());
        double errors =
                switch (query.track()) {
                    case CANARY -> 0.05;
                    case BASELINE -> baselineErrors;
                    case STABLE -> 0.001;
                };
        return FakeSource.service(query, errors);
    }

    private CountingRelease begin(double weight) {
        Phase phase = SamplePlans.phase("Initial", weight, Duration.ofMinutes(5), null);
        List<Phase> phases = List.of(
                phase.with(List.of(SLOWER), null),
                SamplePlans.phase("Full", 100, Duration.ofMinutes(5), null).with(List.of(), null));
        CanaryPlan plan = SamplePlans.withBaseline(SamplePlans.plan(phases, List.of(), null, OnBuildEnd.ROLLBACK));
        CountingRelease r = new CountingRelease(plan, AdvanceMode.AUTOMATIC, this::read);
        r.router.counts = false;
        r.router.health = CanaryHealth.READY;
        r.router.baseline = CanaryHealth.READY;
        return r;
    }

    private static Check lastCheck(CountingRelease r) {
        List<RolloutEvent.Ticked> ticks = r.written(RolloutEvent.Ticked.class);
        List<Check> gate = ticks.get(ticks.size() - 1).gate();
        return gate.get(gate.size() - 1);
    }

    @Test
    void theCanaryIsComparedWithTheBaselineAndNotWithOldPods() {
        CountingRelease r = begin(10);
        r.pass(3 * MINUTE);
        assertEquals(CheckOutcome.PASS, lastCheck(r).outcome(), lastCheck(r).toString());
        assertEquals(Set.of(Track.CANARY, Track.BASELINE), asked);
        assertEquals(Weight.ofPercent(10), r.router.baselineShare);
        baselineErrors = 0.001;
        r.pass(TICK);
        assertEquals(CheckOutcome.FAIL, lastCheck(r).outcome(), "now it is worse than pods as young as it is");
        assertEquals(r.run.state(), RolloutState.of(r.run.plan(), r.written));
    }

    @Test
    void aBaselineThatCannotServeLosesItsRequestsAndNeitherBlamesNorExcuses() {
        CountingRelease r = begin(10);
        r.pass(2 * MINUTE);
        r.router.baseline = DOWN;
        baselineErrors = 1;
        r.pass(TICK);
        assertEquals(CheckOutcome.NO_DATA, lastCheck(r).outcome(), lastCheck(r).toString());
        assertTrue(
                lastCheck(r).says().contains("the baseline cannot serve: 0 of 2 pods"),
                lastCheck(r).says());
        r.pass(TICK);
        assertEquals(Weight.ZERO, r.router.baselineShare, "its requests go to the stable version");
        assertEquals(Weight.ofPercent(10), r.router.weight);
        r.pass(10 * MINUTE);
        assertEquals(0, r.run.state().phase(), "the gate waits");
        assertNull(r.run.state().ended());
        r.router.baseline = CanaryHealth.READY;
        baselineErrors = 0.05;
        r.pass(2 * TICK);
        assertEquals(Weight.ofPercent(10), r.router.baselineShare);
        r.pass(6 * MINUTE);
        assertEquals(1, r.run.state().phase());
        assertEquals(Weight.ZERO, r.router.baselineShare, "at 100%");
        assertEquals(
                2,
                r.written(RolloutEvent.ShiftIntended.class).stream()
                        .filter(e -> e.why() != null)
                        .count(),
                "one shift to take it out, and one to put it back");
    }

    @Test
    void theReasonStandsInTheJournal() {
        CountingRelease r = begin(10);
        r.pass(2 * MINUTE);
        r.router.baseline = DOWN;
        r.pass(2 * TICK);
        RolloutEvent.ShiftIntended shift = r.written(RolloutEvent.ShiftIntended.class).stream()
                .filter(e -> e.why() != null)
                .findFirst()
                .orElseThrow();
        assertEquals("the baseline gets 10% of the requests instead of 0%", shift.why());
        assertEquals(shift.from(), shift.to());
        assertFalse(r.run.state().isEnded());
    }

    /** A crash between the intent and what follows of it. */
    @Test
    void whoeverComesNextTakesItOut() {
        CountingRelease r = begin(10);
        r.pass(2 * MINUTE);
        r.router.baseline = DOWN;
        r.router.deaf = true;
        r.pass(2 * TICK);
        assertEquals(Weight.ofPercent(10), r.router.baselineShare);
        r.router.deaf = false;
        r.restart(MINUTE);
        r.pass(TICK);
        assertEquals(Weight.ZERO, r.router.baselineShare);
    }
}
