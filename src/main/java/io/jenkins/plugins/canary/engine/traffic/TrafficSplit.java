package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.Weight;

/**
 * How the requests are split three ways; the stable version gets the rest.
 *
 * @param canary the percentage that the canary gets
 * @param baseline the percentage that the baseline gets; 0 where there is none
 */
public record TrafficSplit(Weight canary, Weight baseline) {

    /** @throws IllegalArgumentException when there is more than all */
    public TrafficSplit {
        if (canary.tenths() + baseline.tenths() > Weight.FULL.tenths()) {
            throw new IllegalArgumentException(canary + " and " + baseline + " are more than all requests");
        }
    }

    /** Without a baseline. */
    public static TrafficSplit of(Weight canary) {
        return new TrafficSplit(canary, Weight.ZERO);
    }

    /** The baseline gets as many requests as the canary, or what the canary leaves when that is less. */
    public static TrafficSplit withBaseline(Weight canary) {
        return new TrafficSplit(canary, canary.min(new Weight(Weight.FULL.tenths() - canary.tenths())));
    }

    /**
     * As parts of all requests were read.
     *
     * @param total more than zero
     */
    public static TrafficSplit read(long canary, long baseline, long total) {
        Weight first = WeightShares.read(canary, total);
        Weight rest = new Weight(Weight.FULL.tenths() - first.tenths());
        return new TrafficSplit(first, WeightShares.read(baseline, total).min(rest));
    }
}
