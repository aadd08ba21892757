package io.jenkins.plugins.canary.engine.metric.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.expr.WindowSamples.Over;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Expected values are worked out by hand from the rules that the class names. */
class CounterChangeTest {

    /** Every 15 s from 15 s to 5 min, the window ending on the last sample. */
    @Test
    void aRegularCounterIsStretchedToTheWholeWindow() {
        double[] values = new double[20];
        long[] millis = new long[20];
        for (int i = 0; i < 20; i++) {
            millis[i] = (i + 1) * 15_000L;
            values[i] = 1000 + 30 * i;
        }
        assertEquals(600, over(Over.INCREASE, millis, values, 0, 300_000), 1e-9);
        assertEquals(2, over(Over.RATE, millis, values, 0, 300_000), 1e-12);
    }

    @Test
    void aResetCountsWhatCameAfterIt() {
        // 10 -> 20, restart, 5, 15: 10 + 5 + 10 = 25 within 30 s, stretched by 10 s on the left, 5 s on the right.
        assertEquals(
                25 * 45 / 30.0,
                over(
                        Over.INCREASE,
                        new long[] {10_000, 20_000, 30_000, 40_000},
                        new double[] {10, 20, 5, 15},
                        0,
                        45_000),
                1e-9);
    }

    @Test
    void farFromTheEdgeHalfADistanceIsAdded() {
        // WindowSamples 10 s apart from 50 s to 70 s of 100 s; 5 s more at each end.
        assertEquals(
                20 * 30 / 20.0,
                over(Over.INCREASE, new long[] {50_000, 60_000, 70_000}, new double[] {100, 110, 120}, 0, 100_000),
                1e-9);
    }

    @Test
    void aCounterWasNeverBelowZero() {
        // The first value of 2 at a slope of 1/s leaves 2 s to the left, though 9 s are there.
        assertEquals(
                20 * 22 / 20.0,
                over(Over.INCREASE, new long[] {9_000, 19_000, 29_000}, new double[] {2, 12, 22}, 0, 29_000),
                1e-9);
    }

    @Test
    void theWindowsStartIsOutsideAndItsEndInside() {
        long[] millis = {10_000, 20_000, 30_000};
        double[] values = {100, 200, 300};
        assertEquals(200, over(Over.INCREASE, millis, values, 10_000, 30_000), 1e-9);
        assertTrue(find(Over.INCREASE, millis, values, 20_000, 30_000).isEmpty(), "one sample is left");
        assertTrue(find(Over.INCREASE, millis, values, 10_000, 29_999).isEmpty(), "one sample is left");
    }

    @Test
    void nothingInTheWindowIsEmpty() {
        assertTrue(find(Over.RATE, new long[] {1, 2, 3}, new double[] {1, 2, 3}, 10, 20)
                .isEmpty());
        assertTrue(find(Over.RATE, new long[] {}, new double[] {}, 10, 20).isEmpty());
    }

    @Test
    void aSteadyCounterHasNoChange() {
        assertEquals(0, over(Over.RATE, new long[] {1_000, 2_000}, new double[] {7, 7}, 0, 3_000));
    }

    private static double over(Over what, long[] millis, double[] values, long start, long end) {
        return find(what, millis, values, start, end).orElseThrow();
    }

    private static OptionalDouble find(Over what, long[] millis, double[] values, long start, long end) {
        return CounterChange.over(
                what,
                new CounterChange.Points() {
                    @Override
                    public int size() {
                        return millis.length;
                    }

                    @Override
                    public long millis(int i) {
                        return millis[i];
                    }

                    @Override
                    public double value(int i) {
                        return values[i];
                    }
                },
                start,
                end);
    }
}
