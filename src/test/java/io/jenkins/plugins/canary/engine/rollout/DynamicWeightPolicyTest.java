package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DynamicWeightPolicyTest {

    private static final WeightPolicy POLICY = new WeightPolicy(
            new DynamicWeight(Weight.ofPercent(50), 0.5, 0.05),
            0.95,
            Weight.ofPercent(1),
            Weight.ofPercent(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1));
    private static final CanaryPlan PLAN = SamplePlans.dynamic(SamplePlans.standard(), POLICY);

    private static Map<MetricQuery, Reading> readings(double canaryErrors) {
        Map<MetricQuery, Reading> readings = new HashMap<>();
        for (MetricQuery q : POLICY.queries()) {
            boolean errors = q.metric().name().equals("error-rate");
            double bad = q.track() == Track.CANARY ? canaryErrors : 0;
            readings.put(q, Reading.of(errors ? bad : 0.1));
        }
        return readings;
    }

    private static List<RolloutEvent> onTick(Situation it, double canaryErrors) {
        return DynamicWeightPolicy.onTick(PLAN, it.s, readings(canaryErrors), it.now);
    }

    @Test
    void theWeightFallsWithTheCanarysHealthAndStaysBelowThePhase() {
        Situation it = Situation.automatic(PLAN).in(2);
        assertEquals(List.of(), onTick(it, 0), "as good as stable, at the phase's weight: nothing to do");
        RolloutEvent.ShiftIntended fall =
                (RolloutEvent.ShiftIntended) onTick(it, 0.048).get(0);
        assertTrue(fall.to().compareTo(it.s.weight()) < 0, fall.toString());
        assertNotNull(fall.why());
    }

    @Test
    void outsideOfTheWindowsTheWeightFallsAndDoesNotRise() {
        Situation it = Situation.automatic(PLAN).in(2);
        Weight low = Weight.ofPercent(20);
        it.after(
                new RolloutEvent.ShiftIntended(it.now, 2, it.s.weight(), low, "unwell"),
                new RolloutEvent.ShiftApplied(it.now, 2, low, null));
        it.now += 600_000;
        assertEquals(1, onTick(it, 0).size());
        it.after(new RolloutEvent.WindowClosed(it.now, null, null));
        assertEquals(List.of(), onTick(it, 0));
        it.after(new RolloutEvent.WindowOverridden(it.now, "ada", "for the next phase, not for this"));
        assertEquals(List.of(), onTick(it, 0));
        assertEquals(1, onTick(it, 0.048).size());
    }

    @Test
    void nothingMovesOnHoldBeforeTheClocksOrWithoutReadings() {
        Situation it = Situation.automatic(PLAN);
        assertEquals(List.of(), onTick(it, 0.048), "before the first phase");
        it.in(2);
        assertEquals(List.of(), DynamicWeightPolicy.onTick(PLAN, it.s, Map.of(), it.now));
        assertEquals(List.of(), DynamicWeightPolicy.onTick(SamplePlans.standard(), it.s, readings(0.048), it.now));
        it.after(new RolloutEvent.HoldSet(it.now, "ada", "lunch"));
        assertEquals(List.of(), onTick(it, 0.048));
    }

    @Test
    void theBreakerOpensBeyondTheThreshold() {
        Situation it = Situation.automatic(PLAN).in(2);
        assertNull(DynamicWeightPolicy.breaker(PLAN, it.s, readings(0)));
        assertTrue(DynamicWeightPolicy.breaker(PLAN, it.s, readings(0.3)).startsWith("the breaker"));
        assertNull(DynamicWeightPolicy.breaker(PLAN, Situation.automatic(PLAN).s, readings(0.3)));
        assertNull(DynamicWeightPolicy.breaker(PLAN, it.s, Map.of()));
    }

    @Test
    void aPhaseBeginsOneRiseAboveTheOneBefore() {
        Situation it = Situation.automatic(PLAN).in(0);
        assertEquals(Weight.ofPercent(10), DynamicWeightPolicy.into(PLAN, it.s, Weight.ofPercent(25)));
        assertEquals(
                Weight.ofPercent(25), DynamicWeightPolicy.into(SamplePlans.standard(), it.s, Weight.ofPercent(25)));
    }
}
