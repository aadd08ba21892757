package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The canary's share of the requests that the router counted, compared with the weight at every tick of a phase. A
 * contradiction stands until a later comparison of enough requests agrees with the weight: an answer that is missing, too
 * few requests, and counters that began anew prove nothing. Immutable.
 *
 * <p>Three windows are compared: a short one sees a late change that hours of correct counts would drown, and a long one
 * sees a small difference that a few requests cannot show. What a long window holds against the weight is dropped as soon
 * as a shorter one agrees with the weight and differs from the long one: the difference is over then.
 *
 * @param last what the router had counted at the last look; null before it counted
 * @param windows the counts at the beginning of each window, the shortest first; empty before the router counted
 * @param observed the last comparison of enough requests; null before the first
 * @param agreeing how many comparisons in a row, one a tick at most, came to the finding of {@code observed}
 */
public record TrafficShareCheck(
        Requests last, List<Requests> windows, Observed observed, int agreeing, boolean reported) {

    /** So many ticks that agree are a breach. */
    public static final int BREACH_TICKS = 3;

    /** Nothing is known of a router that does not count. */
    public static final TrafficShareCheck NONE = new TrafficShareCheck(null, List.of(), null, 0, false);

    /** A window begins anew with so many requests, unless they contradict the weight. */
    private static final List<Long> LONGEST = List.of(50L, 1_000L, 20_000L);

    /** Fewer requests than this do not prove that the weight is in force. */
    private static final long ENOUGH = 50;

    /** However many requests: keep-alive, retries and counters read a moment apart are worth this much. */
    private static final double SLACK = 0.02;

    /** What a comparison came to. */
    public enum Finding {
        MATCHES,
        /** The canary gets more requests than the weight allows. */
        MORE,
        /** The canary gets fewer. */
        LESS
    }

    /** One comparison, with what was counted in its window. */
    public record Observed(Finding finding, long canary, long total) {
        public double share() {
            return (double) canary / total;
        }
    }

    public TrafficShareCheck {
        windows = List.copyOf(windows);
    }

    /** The weight was read back, and from here on the share is compared with it. */
    static TrafficShareCheck begin(Requests counted) {
        return counted == null ? NONE : new TrafficShareCheck(counted, all(counted), null, 0, false);
    }

    /** The weight moved within its phase: counted from here on, and a contradiction stands until it is disproved. */
    TrafficShareCheck moved(Requests counted) {
        return new TrafficShareCheck(counted, counted == null ? List.of() : all(counted), observed, agreeing, reported);
    }

    TrafficShareCheck asReported(boolean now) {
        return new TrafficShareCheck(last, windows, observed, agreeing, now);
    }

    public boolean matches() {
        return observed != null && observed.finding() == Finding.MATCHES;
    }

    public boolean contradicts() {
        return observed != null && observed.finding() != Finding.MATCHES;
    }

    /** Whether enough ticks in a row came to the same contradiction. */
    public boolean breaches() {
        return contradicts() && agreeing >= BREACH_TICKS;
    }

    /** {@code 100% observed, 25% set}; only after a comparison. */
    public String figures(Weight weight) {
        return figures(weight, observed.canary(), observed.total());
    }

    /** {@code 100% observed, 25% set}. */
    public static String figures(Weight weight, long canary, long total) {
        return Units.print((double) canary / total, Unit.RATIO) + " observed, " + weight + " set";
    }

    /**
     * Folds one tick.
     *
     * @param now what the router has counted; null when it did not say
     */
    TrafficShareCheck tick(Weight weight, Requests now) {
        if (now == null || now.equals(last)) {
            return this;
        }
        if (last == null || now.canary() < last.canary() || now.stable() < last.stable()) {
            return moved(now);
        }
        List<Requests> next = new ArrayList<>(windows);
        Observed match = null;
        Observed contradiction = null;
        Requests matchBegan = null;
        for (int i = 0; i < next.size(); i++) {
            Requests began = next.get(i);
            Observed seen = compare(weight, began, now);
            if (seen == null) {
                continue;
            }
            if (seen.finding() == Finding.MATCHES) {
                match = seen;
                matchBegan = began;
            } else if (match != null && isFar(match, seen.share())) {
                next.set(i, matchBegan);
            } else if (contradiction == null) {
                contradiction = seen;
            }
            boolean full = now.total() - next.get(i).total() >= LONGEST.get(i);
            if (full && (i == 0 || seen.finding() == Finding.MATCHES)) {
                next.set(i, now);
            }
        }
        Observed found = contradiction == null ? match : contradiction;
        if (found == null) {
            return new TrafficShareCheck(now, next, observed, agreeing, reported);
        }
        boolean same = observed != null && observed.finding() == found.finding();
        return new TrafficShareCheck(now, next, found, same ? agreeing + 1 : 1, reported);
    }

    /** Null when these requests neither prove the weight nor contradict it. */
    private static Observed compare(Weight weight, Requests before, Requests now) {
        long canary = now.canary() - before.canary();
        long total = now.total() - before.total();
        if (canary < 0 || total < canary || total == 0) {
            return null;
        }
        Observed seen = new Observed(Finding.MATCHES, canary, total);
        if (isFar(seen, weight.share())) {
            return new Observed(seen.share() > weight.share() ? Finding.MORE : Finding.LESS, canary, total);
        }
        return total >= ENOUGH ? seen : null;
    }

    /**
     * More than five standard errors of a binomial share and four requests away, or than the slack if that is more. The
     * four requests matter for small weights, where a handful of them is no rare event.
     */
    private static boolean isFar(Observed seen, double p) {
        double tolerance = Math.max(SLACK, (5 * Math.sqrt(p * (1 - p) * seen.total()) + 4) / seen.total());
        return Math.abs(seen.share() - p) > tolerance;
    }

    private static List<Requests> all(Requests counted) {
        return Collections.nCopies(LONGEST.size(), counted);
    }
}
