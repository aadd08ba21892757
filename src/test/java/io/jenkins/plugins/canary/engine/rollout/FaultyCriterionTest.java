package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A criterion that throws at every tick: it is unavailable and says why, and nothing else is. */
class FaultyCriterionTest {

    /** It prints its value in a unit that it has not. */
    private static final Criterion THROWS = new Criterion(
            Metric.of("success-rate"), null, null, null, null, 0, NoDataPolicy.HOLD, null, SamplePlans.WINDOW);

    private static final Phase PHASE = SamplePlans.phase("half", 50, Duration.ofMinutes(1), null);

    private static VirtualRelease release(Phase phase, List<AbortRule> rules) {
        return new VirtualRelease(SamplePlans.plan(List.of(phase), rules, null, OnBuildEnd.ROLLBACK))
                .pass(10 * VirtualRelease.MINUTE);
    }

    private static void isTold(Check check) {
        assertEquals(io.jenkins.plugins.canary.engine.gate.CheckOutcome.UNAVAILABLE, check.outcome());
        assertTrue(check.says().startsWith("success-rate: this criterion could not be evaluated: "), check.says());
    }

    private static void isRolledBackAtOnce(VirtualRelease r) {
        r.errors = 0.5;
        r.pass(SamplePlans.INTERVAL.toMillis() + 250);
        assertEquals(Weight.ZERO, r.router.weight);
        assertTrue(
                r.run.state().ended().reason().startsWith("error-rate is 50%"),
                r.run.state().ended().reason());
    }

    @Test
    void thePhaseWaitsForItAndTheRulesStillHold() {
        VirtualRelease r = release(SamplePlans.with(PHASE, THROWS), SamplePlans.rules());
        assertEquals(List.of(), r.written(RolloutEvent.GatePassed.class));
        assertEquals(Weight.ofPercent(50), r.router.weight);
        List<RolloutEvent.Ticked> ticks = r.written(RolloutEvent.Ticked.class);
        assertTrue(ticks.size() >= 39, ticks.size() + " ticks in ten minutes");
        isTold(ticks.get(ticks.size() - 1).gate().get(3));
        isRolledBackAtOnce(r);
    }

    @Test
    void aRuleThatThrowsTakesNoOtherWithIt() {
        List<AbortRule> rules = SamplePlans.rules();
        rules.add(0, AbortRule.when(THROWS, Duration.ZERO));
        VirtualRelease r = release(SamplePlans.phase("half", 50, Duration.ofMinutes(30), null), rules);
        isTold(r.written(RolloutEvent.Ticked.class).get(10).abort().get(0));
        isRolledBackAtOnce(r);
    }
}
