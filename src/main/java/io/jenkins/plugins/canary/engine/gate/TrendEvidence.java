package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * The canary's values for a trend, one a window, since windows that overlap repeat each other. Of a long phase neighbours
 * are merged into their mean, so that all of it is seen at a bounded cost.
 *
 * @param lastAt when the last value was taken; at first when the clock opened, so that no window reaches before it
 */
record TrendEvidence(long lastAt, long[] times, double[] values) implements Evidence {

    static final int MOST = 200;

    static TrendEvidence start(long at) {
        return new TrendEvidence(at, new long[0], new double[0]);
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> readings, CountWindow counted) {
        Double value = readings.get(criterion.query(Track.CANARY));
        if (value == null || at - lastAt < criterion.window().toMillis()) {
            return this;
        }
        int n = times.length;
        long[] t = Arrays.copyOf(times, n + 1);
        double[] v = Arrays.copyOf(values, n + 1);
        t[n] = at;
        v[n] = value;
        TrendEvidence next = new TrendEvidence(at, t, v);
        return (n + 1 < MOST ? next : next.merged()).since(criterion, at);
    }

    private TrendEvidence merged() {
        int half = times.length / 2;
        long[] t = new long[half];
        double[] v = new double[half];
        for (int i = 0; i < half; i++) {
            t[i] = (times[2 * i] + times[2 * i + 1]) / 2;
            v[i] = (values[2 * i] + values[2 * i + 1]) / 2;
        }
        return new TrendEvidence(lastAt, t, v);
    }

    private TrendEvidence since(Criterion criterion, long at) {
        Duration over = criterion.trend().over();
        int from = 0;
        while (over != null && from < times.length && times[from] < at - over.toMillis()) {
            from++;
        }
        return from == 0
                ? this
                : new TrendEvidence(
                        lastAt,
                        Arrays.copyOfRange(times, from, times.length),
                        Arrays.copyOfRange(values, from, values.length));
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        return criterion.trend().judge(times, values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrendEvidence e
                && lastAt == e.lastAt
                && Arrays.equals(times, e.times)
                && Arrays.equals(values, e.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(times) + 31 * Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return times.length + " points until " + lastAt;
    }
}
