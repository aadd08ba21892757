package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.Track;

/**
 * Limits on the canary's error rate and p99, broken at so many ticks in a row.
 *
 * @param errors the usual limit of the error rate
 * @param p99 likewise, seconds
 */
record Thresholds(int inARow, double errors, double p99) implements Method {

    @Override
    public String name() {
        return inARow == 1 ? "plain thresholds" : inARow + " failures in a row";
    }

    @Override
    public double[] usual() {
        return new double[] {errors, p99};
    }

    @Override
    public double[][] signals(Trace trace) {
        double[][] signals = new double[2][Trace.TICKS];
        for (int t = inARow - 1; t < Trace.TICKS; t++) {
            double e = Double.POSITIVE_INFINITY;
            double l = Double.POSITIVE_INFINITY;
            for (int back = 0; back < inARow; back++) {
                e = Math.min(e, known(trace.errorRate(Track.CANARY, t - back)));
                l = Math.min(l, known(trace.latency(Track.CANARY, 0.99, t - back)));
            }
            signals[0][t] = e;
            signals[1][t] = l;
        }
        return signals;
    }

    private static double known(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
