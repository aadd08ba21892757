package io.jenkins.plugins.canary.standalone.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Each scenario does to the seed's thresholds (errors 1% and 5%, p95 250 ms, p99 500 ms and 2 s) what its name says. */
class ScenarioTest {

    /** What 20,000 answers at one age look like; times in seconds. */
    private record Seen(double errors, double p50, double p95, double p99) {
        static Seen of(Behaviour behaviour, double minutes) {
            SplittableRandom random = new SplittableRandom(42);
            double[] times = new double[20_000];
            int errors = 0;
            for (int i = 0; i < times.length; i++) {
                Behaviour.Answer answer = behaviour.answer(minutes, random);
                times[i] = answer.seconds();
                errors += answer.status() >= 500 ? 1 : 0;
            }
            Arrays.sort(times);
            return new Seen(errors / 20_000.0, times[10_000], times[19_000], times[19_800]);
        }
    }

    @Test
    void healthyIsWithinEveryThresholdAtAnyAge() {
        for (double minutes : new double[] {0, 8, 30, 70}) {
            for (Behaviour b : new Behaviour[] {Scenario.HEALTHY.canary(), Scenario.HEALTHY.stable()}) {
                Seen seen = Seen.of(b, minutes);
                assertEquals(0, seen.errors());
                assertTrue(seen.p50() < 0.05 && seen.p99() < 0.1, seen.toString());
            }
        }
    }

    @Test
    void errorsBeginAfterTheFirstPhaseAndAreAboveTheAbortRule() {
        assertEquals(0, Seen.of(Scenario.ERRORS.canary(), 7.9).errors());
        assertEquals(0.125, Seen.of(Scenario.ERRORS.canary(), 8).errors(), 0.02);
        assertEquals(0, Seen.of(Scenario.ERRORS.stable(), 8).errors());
    }

    @Test
    void latencyGoesAboveTwoSecondsForTheSlowest() {
        assertTrue(Seen.of(Scenario.LATENCY.canary(), 7).p99() < 0.1);
        assertTrue(Seen.of(Scenario.LATENCY.canary(), 9).p99() > 2);
    }

    @Test
    void aSlowLeakStartsWellAndEndsBadly() {
        assertTrue(Seen.of(Scenario.SLOW_LEAK.canary(), 1).p99() < 0.1);
        Seen late = Seen.of(Scenario.SLOW_LEAK.canary(), 30);
        assertTrue(late.p50() > 0.25 && late.p95() > 0.25 && late.errors() == 0, late.toString());
    }

    @Test
    void flappingStaysBelowTheAbortRuleAndNeverGreenForFiveMinutes() {
        for (int minute = 0; minute < 30; minute++) {
            double errors = Seen.of(Scenario.FLAPPING.canary(), minute + 0.5).errors();
            assertEquals(minute % 3 == 0 ? 0.03 : 0, errors, 0.008, "minute " + minute);
        }
    }

    @Test
    void theOthersAreGoodReleasesThatCannotBeJudged() {
        assertFalse(Scenario.NO_TRAFFIC.hasTraffic());
        assertTrue(Scenario.METRICS_DOWN.metricsAnswer(1));
        assertFalse(Scenario.METRICS_DOWN.metricsAnswer(3));
        assertTrue(Scenario.HEALTHY.metricsAnswer(1_000));
        assertEquals(0, Seen.of(Scenario.METRICS_DOWN.canary(), 20).errors());
    }

    @Test
    void scenariosAreNamedAsOnTheCommandLine() {
        assertEquals("slow-leak", Scenario.SLOW_LEAK.word());
        for (Scenario s : Scenario.values()) {
            assertEquals(s, Scenario.named(s.word()).orElseThrow());
        }
        assertTrue(Scenario.named("nonsense").isEmpty());
    }
}
