package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;

/**
 * One or more ticks of the charts' series taken together.
 *
 * @param seq number of the last tick's event
 * @param canary requests to the canary since the point before
 * @param total requests to either track since the point before
 * @param canaryValues mean by metric; NaN where no tick had a value
 */
record Point(
        long seq,
        long at,
        int ticks,
        Weight weight,
        long canary,
        long total,
        double[] canaryValues,
        double[] stableValues) {

    /** This point and a later one as one. */
    Point and(Point later) {
        return new Point(
                later.seq,
                later.at,
                ticks + later.ticks,
                later.weight,
                canary + later.canary,
                total + later.total,
                means(canaryValues, later.canaryValues, later),
                means(stableValues, later.stableValues, later));
    }

    private double[] means(double[] mine, double[] others, Point later) {
        double[] means = new double[mine.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = Double.isNaN(mine[i])
                    ? others[i]
                    : Double.isNaN(others[i])
                            ? mine[i]
                            : (mine[i] * ticks + others[i] * later.ticks) / (ticks + later.ticks);
        }
        return means;
    }

    /** The canary's share of the requests; null when there were none. */
    Double share() {
        return total == 0 ? null : (double) canary / total;
    }
}
