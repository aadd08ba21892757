package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.CriterionInfo;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Criteria and abort rules that decide nothing. */
class DryRunTest {

    private static final Criterion ERRORS = dry(SamplePlans.ratio("error-rate", null, 0.01));
    private static final AbortRule RULE =
            AbortRule.when(dry(SamplePlans.ratio("error-rate", null, 0.05)), Duration.ZERO);

    private static Criterion dry(Criterion c) {
        return c.with(true, CriterionInfo.NONE);
    }

    private static Phase phase(String name, double weight, Score score, Criterion... gate) {
        return new Phase(
                name,
                Weight.ofPercent(weight),
                Duration.ofMinutes(1),
                Duration.ofMinutes(3),
                List.of(gate),
                null,
                null,
                score);
    }

    private static CanaryPlan plan(List<AbortRule> rules, Phase... phases) {
        return SamplePlans.plan(List.of(phases), rules, null, OnBuildEnd.ROLLBACK);
    }

    private static CanaryPlan shadowed(List<AbortRule> rules) {
        return plan(
                rules,
                phase("Half", 50, null, SamplePlans.P99, ERRORS),
                phase("Full", 100, null, SamplePlans.P99, ERRORS));
    }

    @Test
    void failsNoGateAndIsToldOnceAPhase() {
        Situation it = Situation.automatic(shadowed(List.of(AbortRule.afterFailures(1))))
                .in(0);
        assertEquals(List.of("DryRunFailed"), it.tick(0.03));
        assertEquals(List.of(), it.tick(0.03));
        assertEquals(0, it.s.evidence().gate().failures());
        it.tick(0.03);
        it.tick(0.03);
        assertEquals(List.of("GatePassed"), it.tick(0.03));
        it.in(1);
        assertEquals(List.of("DryRunFailed"), it.tick(0.03));
    }

    @Test
    void endsNothingAndSaysWhenItWouldHave() {
        Situation it = Situation.automatic(shadowed(List.of(RULE))).in(0);
        it.tick(0.001);
        it.now += Situation.TICK;
        Steps steps = PhasePolicy.onTick(it.plan, it.s, new Input.Tick(0, it.readings(0.2), null, null, null), it.now);
        GateEvent.DryRunFailed rule = (GateEvent.DryRunFailed) steps.events().get(1);
        assertTrue(rule.rule());
        assertEquals(RULE.label(), rule.criterion());
        assertEquals("not (error-rate <= 5%), dry run", rule.criterion());
        assertEquals(30_000, rule.afterMillis());
        assertEquals("error-rate is 20%, above the maximum of 5%", rule.reason());
        assertFalse(steps.state().isRollingBack());
        it.s = steps.state();
        it.in(1);
        assertEquals(List.of("DryRunFailed"), it.tick(0.2), "the criterion of the gate again, the rule not");
    }

    @Test
    void noRuleFiresForIt() {
        AbortRule real = AbortRule.when(SamplePlans.ratio("error-rate", null, 0.05), Duration.ZERO);
        Situation it = Situation.automatic(shadowed(List.of(RULE, real))).in(0);
        assertEquals(List.of("DryRunFailed", "DryRunFailed", "RollbackIntended"), it.tick(0.2));
    }

    @Test
    void missingDataHoldNothing() {
        Criterion silent = dry(SamplePlans.SILENCE_ENDS);
        Situation it = Situation.automatic(plan(
                        List.of(AbortRule.when(silent, Duration.ZERO)),
                        phase("Half", 50, null, dry(SamplePlans.SILENCE_ENDS)),
                        phase("Full", 100, null, ERRORS)))
                .in(0);
        for (int i = 0; i < 4; i++) {
            it.tick(null);
        }
        assertEquals(List.of("GatePassed"), it.tick(null));
    }

    @Test
    void isNoPartOfAScore() {
        Score score = new Score(Map.of(), 95, 75, 0.5);
        Situation it = Situation.automatic(plan(
                        List.of(),
                        phase("Half", 50, score, SamplePlans.P99, ERRORS),
                        phase("Full", 100, score, ERRORS)))
                .in(0);
        it.tick(0.5);
        assertEquals(it.now, it.s.evidence().gate().lastGreenAt());
        it.in(1);
        it.tick(0.5);
        assertEquals(it.now, it.s.evidence().gate().lastGreenAt(), "nothing else is scored");
    }

    @Test
    void isNoBreachAfterThePromotion() {
        Watch watch = new Watch(
                Duration.ofHours(1),
                Track.CANARY,
                List.of(ERRORS),
                List.of(RULE, AbortRule.afterFailures(1)),
                Watch.OnBreach.ROLLBACK);
        CanaryPlan plan = SamplePlans.with(shadowed(List.of()), Map.of(), watch);
        Situation it = Situation.automatic(plan).in(0).in(1).promoted();
        assertEquals(List.of(), it.tick(0.2));
        assertNull(it.s.watch().breach());
    }
}
