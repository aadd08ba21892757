package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightPairTest {

    @Test
    void everyWeightThatExistsIsReadBackAsItself() {
        IntStream.rangeClosed(0, 1000)
                .mapToObj(Weight::new)
                .filter(WeightPair::exists)
                .forEach(weight -> {
                    WeightPair pair = WeightPair.nearest(weight);
                    assertEquals(weight, pair.weight(), () -> weight + " as " + pair);
                    assertEquals(weight.share(), pair.share(), 0.0005);
                });
    }

    /** Against trying out all 66,048 pairs. */
    @ParameterizedTest
    @ValueSource(ints = {4, 7, 10, 50, 125, 333, 499, 500, 501, 667, 873, 990, 996})
    void noPairIsNearer(int tenths) {
        Weight weight = new Weight(tenths);
        double best = 1;
        for (int c = 0; c <= 256; c++) {
            for (int s = 0; s <= 256; s++) {
                best = c + s == 0 ? best : Math.min(best, Math.abs(c / (double) (c + s) - weight.share()));
            }
        }
        assertEquals(best, Math.abs(WeightPair.nearest(weight).share() - weight.share()), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 997, 998, 999})
    void whatIsTooNearToTheEndsDoesNotExist(int tenths) {
        assertFalse(WeightPair.exists(new Weight(tenths)));
        assertThrows(IllegalArgumentException.class, () -> WeightPair.nearest(new Weight(tenths)));
    }

    @Test
    void roundWeightsHaveSmallPairs() {
        assertEquals(new WeightPair(1, 19), WeightPair.nearest(Weight.ofPercent(5)));
        assertEquals(new WeightPair(1, 1), WeightPair.nearest(Weight.ofPercent(50)));
        assertEquals(new WeightPair(1, 249), WeightPair.nearest(Weight.ofPercent(0.4)));
    }

    /** From wherever somebody left the weights: no step gives the canary more than before or after, nor takes both away. */
    @Test
    void noStepOvershootsNorTakesBothServersAway() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 50_000; i++) {
            WeightPair from = new WeightPair(edge(random), edge(random));
            Weight to = new Weight(random.nextInt(8) == 0 ? random.nextInt(2) * 1000 : random.nextInt(1001));
            if (WeightPair.exists(to)) {
                assertSafe(from, WeightPair.nearest(to), random.nextBoolean());
            }
        }
    }

    private static void assertSafe(WeightPair from, WeightPair target, boolean stableServes) {
        Supplier<String> what = () -> from + " to " + target;
        WeightPair now = from;
        for (WeightPair.Step step : from.stepsTo(target, stableServes)) {
            now = step.track() == Track.CANARY
                    ? new WeightPair(step.weight(), now.stable())
                    : new WeightPair(now.canary(), step.weight());
            assertTrue(now.share() <= Math.max(from.share(), target.share()) + 1e-9, what);
            assertTrue(now.canary() + now.stable() > 0 || from.canary() + from.stable() == 0, what);
            assertTrue(stableServes || now.canary() > 0 || from.canary() == 0 || target.canary() == 0, what);
        }
        assertEquals(target, now, what);
    }

    private static int edge(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 256;
            default -> random.nextInt(257);
        };
    }
}
