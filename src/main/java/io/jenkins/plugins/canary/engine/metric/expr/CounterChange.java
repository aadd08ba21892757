package io.jenkins.plugins.canary.engine.metric.expr;

import java.util.OptionalDouble;

/**
 * {@code increase} and {@code rate} of one counter over a window, as Prometheus computes them: function
 * {@code extrapolatedRate} in {@code promql/functions.go} of Prometheus 3 (the same since 2.51 but for the window's
 * start, which 3.0 excludes).
 *
 * <p>A value below the one before is a reset, after which the counter began at zero. The change between the first and
 * the last sample is stretched to the window's edges when they are about a sample's distance away, by half that
 * distance when they are further, and never below where the counter was zero.
 */
public final class CounterChange {

    /** How much longer than the average a distance may be and still count as regular. */
    private static final double REGULAR = 1.1;

    private CounterChange() {}

    /** WindowSamples of one counter by rising time; times are milliseconds since the epoch. */
    public interface Points {
        int size();

        long millis(int i);

        double value(int i);
    }

    /**
     * @param startMillis the window's start, itself not in it
     * @param endMillis the window's end, in it
     * @return empty with fewer than two samples in the window
     */
    public static OptionalDouble over(WindowSamples.Over what, Points points, long startMillis, long endMillis) {
        int first = 0;
        while (first < points.size() && points.millis(first) <= startMillis) {
            first++;
        }
        int last = points.size() - 1;
        while (last >= 0 && points.millis(last) > endMillis) {
            last--;
        }
        if (last - first < 1) {
            return OptionalDouble.empty();
        }
        double change = points.value(last) - points.value(first);
        for (int i = first + 1; i <= last; i++) {
            if (points.value(i) < points.value(i - 1)) {
                change += points.value(i - 1);
            }
        }
        double sampled = (points.millis(last) - points.millis(first)) / 1000.0;
        double average = sampled / (last - first);
        double toStart = edge((points.millis(first) - startMillis) / 1000.0, average);
        double toEnd = edge((endMillis - points.millis(last)) / 1000.0, average);
        if (change > 0 && points.value(first) >= 0) {
            toStart = Math.min(toStart, sampled * (points.value(first) / change));
        }
        double stretch = (sampled + toStart + toEnd) / sampled;
        double increase = what == WindowSamples.Over.RATE ? stretch / ((endMillis - startMillis) / 1000.0) : stretch;
        return OptionalDouble.of(change * increase);
    }

    private static double edge(double distance, double average) {
        return distance >= average * REGULAR ? average / 2 : distance;
    }
}
