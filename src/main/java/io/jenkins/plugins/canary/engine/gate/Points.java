package io.jenkins.plugins.canary.engine.gate;

import java.util.Arrays;

/** The latest values of a series, oldest first: {@link #MOST} of them, a day of minutes. Immutable. */
final class Points {

    static final int MOST = 1_440;
    static final Points NONE = new Points(new double[0]);

    private final double[] values;

    private Points(double[] values) {
        this.values = values;
    }

    Points plus(double value) {
        int kept = Math.min(values.length, MOST - 1);
        double[] next = Arrays.copyOfRange(values, values.length - kept, values.length + 1);
        next[kept] = value;
        return new Points(next);
    }

    double[] values() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Points p && Arrays.equals(values, p.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return values.length + " points";
    }
}
