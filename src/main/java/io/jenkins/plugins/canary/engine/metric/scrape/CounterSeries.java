package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.metric.expr.CounterChange;
import java.util.Arrays;

/** The samples of one series by rising time, as many as the longest window needs. Not for several threads. */
final class CounterSeries implements CounterChange.Points {

    private long[] millis = new long[8];
    private double[] values = new double[8];
    private int start;
    private int end;

    /**
     * Adds a sample that is newer than all others; any other is ignored, as Prometheus does.
     *
     * @return whether it was added
     */
    boolean add(long time, double value) {
        if (end > start && time <= millis[end - 1]) {
            return false;
        }
        if (end == millis.length) {
            int size = size();
            int room = size * 2 > millis.length ? millis.length * 2 : millis.length;
            millis = Arrays.copyOf(Arrays.copyOfRange(millis, start, end), room);
            values = Arrays.copyOf(Arrays.copyOfRange(values, start, end), room);
            start = 0;
            end = size;
        }
        millis[end] = time;
        values[end] = value;
        end++;
        return true;
    }

    /** Forgets what is at or before this time. */
    void forgetUntil(long time) {
        while (start < end && millis[start] <= time) {
            start++;
        }
    }

    /** Forgets what is at or after this time: the clock was set back. */
    void forgetFrom(long time) {
        while (end > start && millis[end - 1] >= time) {
            end--;
        }
    }

    @Override
    public int size() {
        return end - start;
    }

    @Override
    public long millis(int i) {
        return millis[start + i];
    }

    @Override
    public double value(int i) {
        return values[start + i];
    }
}
