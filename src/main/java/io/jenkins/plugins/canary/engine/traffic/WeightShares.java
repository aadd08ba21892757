package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.Weight;

/** A split as whole numbers: of a hundred where that is exact, since people read that, else of a thousand. */
public record WeightShares(int canary, int stable, int baseline) {

    public static WeightShares of(Weight weight) {
        return of(TrafficSplit.of(weight));
    }

    public static WeightShares of(TrafficSplit split) {
        int canary = split.canary().tenths();
        int baseline = split.baseline().tenths();
        int unit = canary % 10 == 0 && baseline % 10 == 0 ? 10 : 1;
        return new WeightShares(canary / unit, (Weight.FULL.tenths() - canary - baseline) / unit, baseline / unit);
    }

    public int total() {
        return canary + stable + baseline;
    }

    /**
     * @param total more than zero
     * @return to the nearest tenth of a percent; but what is not nothing is not called nothing, nor all of it all
     */
    public static Weight read(long part, long total) {
        long tenths = Math.round(part * 1000.0 / total);
        if (part > 0 && part < total) {
            tenths = Math.max(1, Math.min(999, tenths));
        }
        return new Weight((int) Math.max(0, Math.min(1000, tenths)));
    }
}
