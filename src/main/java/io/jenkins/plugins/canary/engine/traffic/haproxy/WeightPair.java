package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.List;

/**
 * The weights of the canary's and the stable server: whole numbers from 0 to 256, whose ratio is the split.
 *
 * <p>Such pairs come within 0.05% of every tenth of a percent from 0.4% to 99.6%, so for these the nearest tenth of a
 * pair's share is the weight that it was made for. Nearer to the ends, 1 to 256 is the least that there is.
 */
record WeightPair(int canary, int stable) {

    static final int MOST = 256;
    static final Weight LEAST_SHARE = new Weight(4);
    static final Weight LARGEST_SHARE = new Weight(996);

    /** Whether there is a pair whose share is this weight, to a tenth of a percent. */
    static boolean exists(Weight weight) {
        return weight.isZero()
                || weight.equals(Weight.FULL)
                || weight.compareTo(LEAST_SHARE) >= 0 && weight.compareTo(LARGEST_SHARE) <= 0;
    }

    /**
     * The pair whose share is nearest to the weight; of equally near ones the one with the smallest numbers, which
     * takes effect soonest.
     *
     * @throws IllegalArgumentException when {@link #exists} says no
     */
    static WeightPair nearest(Weight weight) {
        if (!exists(weight)) {
            throw new IllegalArgumentException("no two HAProxy weights split " + weight);
        }
        if (weight.isZero() || weight.equals(Weight.FULL)) {
            return weight.isZero() ? new WeightPair(0, 1) : new WeightPair(1, 0);
        }
        WeightPair best = null;
        for (int canary = 1; canary <= MOST; canary++) {
            double ideal = canary * (1 - weight.share()) / weight.share();
            for (int stable : new int[] {(int) Math.floor(ideal), (int) Math.ceil(ideal)}) {
                WeightPair pair = new WeightPair(canary, stable);
                if (stable >= 1
                        && stable <= MOST
                        && (best == null || pair.error(weight) < best.error(weight) - 1e-12)) {
                    best = pair;
                }
            }
        }
        return best;
    }

    private double error(Weight weight) {
        return Math.abs(share() - weight.share());
    }

    /** The canary's share of the requests, 0 to 1; 0 when both weights are 0 and nobody gets any. */
    double share() {
        return canary == 0 ? 0 : canary / (double) (canary + stable);
    }

    /** The share to the nearest tenth of a percent. */
    Weight weight() {
        return new Weight((int) Math.round(share() * 1000));
    }

    /**
     * How to get to another pair. HAProxy changes one server at a time and requests pass in between, so no step gives
     * the canary more than it had or is to have, nor leaves both servers at 0.
     *
     * <p>Usually the canary leaves the round for a moment and comes back last: HAProxy's round robin gives a server its
     * place by the weights at the time when it enters, and one that entered beside a large weight may wait for hundreds
     * of requests, whatever the weights are by then.
     *
     * @param stableServes whether the stable server would get the requests of that moment
     */
    List<Step> stepsTo(WeightPair target, boolean stableServes) {
        Step canaryStep = new Step(Track.CANARY, target.canary);
        Step stableStep = new Step(Track.STABLE, target.stable);
        if (stableServes && stable > 0 && target.stable > 0) {
            return target.canary == 0
                    ? List.of(canaryStep, stableStep)
                    : List.of(new Step(Track.CANARY, 0), stableStep, canaryStep);
        }
        boolean stableFirst = canary + target.stable > 0
                && new WeightPair(canary, target.stable).share() <= Math.max(share(), target.share());
        return stableFirst ? List.of(stableStep, canaryStep) : List.of(canaryStep, stableStep);
    }

    /** @param weight the server's new weight */
    record Step(Track track, int weight) {}
}
