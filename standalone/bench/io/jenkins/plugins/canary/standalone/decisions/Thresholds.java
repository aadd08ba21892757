package io.jenkins.plugins.canary.standalone.decisions;

import io.jenkins.plugins.canary.engine.Track;

/**
 * Limits on the canary's error rate and p99, broken at so many ticks in a row.
 *
 * @param errors the error rate that severity 1 stands for
 * @param p99 likewise, seconds
 */
record Thresholds(int inARow, double errors, double p99) implements Method {

    @Override
    public String name() {
        return inARow == 1 ? "plain thresholds" : inARow + " failures in a row";
    }

    @Override
    public double[] severity(Trace trace) {
        double[] one = new double[Trace.TICKS];
        for (int t = 0; t < one.length; t++) {
            double e = trace.errorRate(Track.CANARY, t) / errors;
            double l = trace.latency(Track.CANARY, 0.99, t) / p99;
            one[t] = Math.max(Double.isNaN(e) ? 0 : e, Double.isNaN(l) ? 0 : l);
        }
        double[] row = new double[one.length];
        for (int t = inARow - 1; t < one.length; t++) {
            row[t] = one[t];
            for (int back = 1; back < inARow; back++) {
                row[t] = Math.min(row[t], one[t - back]);
            }
        }
        return row;
    }
}
