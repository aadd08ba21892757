package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.Weight;

/** A weight as two whole numbers: of a hundred where that is exact, since people read that, else of a thousand. */
public record WeightShares(int canary, int stable) {

    public static WeightShares of(Weight weight) {
        return weight.tenths() % 10 == 0
                ? new WeightShares(weight.tenths() / 10, 100 - weight.tenths() / 10)
                : new WeightShares(weight.tenths(), 1000 - weight.tenths());
    }

    public int total() {
        return canary + stable;
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
