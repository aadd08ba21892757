package io.jenkins.plugins.canary.engine.metric.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * Quantiles of classic histograms, interpolated as Prometheus does it: function {@code BucketQuantile} and its
 * {@code ensureMonotonicAndIgnoreSmallDeltas} in {@code promql/quantile.go} of Prometheus 3.
 *
 * <p>Within a bucket the observations are taken as evenly spread. The lowest bucket starts at 0 when its bound is
 * positive. A quantile in the {@code +Inf} bucket is the highest finite bound. Counts that fall from one bucket to the
 * next, which only inconsistent scrapes can yield, are lifted.
 */
public final class BucketQuantile {

    /** Buckets whose counts differ by less than this, relatively, count as equal: noise of adding floats. */
    private static final double NOISE = 1e-12;

    private BucketQuantile() {}

    /**
     * @param upperBound the {@code le} label as a number
     * @param count observations at or below the bound, or their rate
     */
    public record Bucket(double upperBound, double count) {}

    /**
     * @param q from 0 to 1
     * @return empty without buckets; NaN without observations, without a {@code +Inf} bucket or with no other
     */
    public static OptionalDouble of(double q, List<Bucket> unsorted) {
        if (unsorted.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Bucket> buckets = monotonic(unsorted);
        int last = buckets.size() - 1;
        double observations = buckets.get(last).count();
        if (buckets.get(last).upperBound() != Double.POSITIVE_INFINITY || last < 1 || observations == 0) {
            return OptionalDouble.of(Double.NaN);
        }
        double rank = q * observations;
        int b = 0;
        while (b < last && !(buckets.get(b).count() >= rank)) {
            b++;
        }
        Bucket hit = buckets.get(b);
        if (b == last) {
            return OptionalDouble.of(buckets.get(last - 1).upperBound());
        }
        if (b == 0) {
            return OptionalDouble.of(
                    hit.upperBound() <= 0 ? hit.upperBound() : hit.upperBound() * (rank / hit.count()));
        }
        Bucket below = buckets.get(b - 1);
        return OptionalDouble.of(below.upperBound()
                + (hit.upperBound() - below.upperBound()) * ((rank - below.count()) / (hit.count() - below.count())));
    }

    /**
     * The share of a histogram above a bound that another one sets: the lowest within which a share of its observations lies.
     *
     * @param q that share
     * @param reference whose quantile the bound is
     * @param alsoIn a histogram that must have the bound too; null for none
     * @return empty when no bound qualifies; NaN without observations
     */
    static OptionalDouble shareAbove(double q, List<Bucket> buckets, List<Bucket> reference, List<Bucket> alsoIn) {
        Map<Double, Double> own = byBound(buckets);
        Map<Double, Double> theirs = byBound(reference);
        Double all = theirs.get(Double.POSITIVE_INFINITY);
        Double total = own.get(Double.POSITIVE_INFINITY);
        if (all == null || total == null) {
            return OptionalDouble.empty();
        }
        Set<Double> both = alsoIn == null ? own.keySet() : byBound(alsoIn).keySet();
        OptionalDouble within = theirs.entrySet().stream()
                .filter(e -> e.getValue() >= q * all && e.getValue() > 0)
                .filter(e -> own.containsKey(e.getKey()) && both.contains(e.getKey()))
                .mapToDouble(e -> own.get(e.getKey()))
                .min();
        return within.isPresent() ? OptionalDouble.of(1 - within.getAsDouble() / total) : within;
    }

    private static Map<Double, Double> byBound(List<Bucket> buckets) {
        Map<Double, Double> by = new TreeMap<>();
        buckets.forEach(b -> by.merge(b.upperBound(), b.count(), Double::sum));
        return by;
    }

    /** By rising bound, each bound once: 1 and 1.0 are the same bucket. */
    private static List<Bucket> monotonic(List<Bucket> unsorted) {
        List<Bucket> buckets = new ArrayList<>();
        byBound(unsorted).forEach((bound, count) -> buckets.add(new Bucket(bound, count)));
        List<Bucket> lifted = new ArrayList<>();
        double before = buckets.get(0).count();
        for (Bucket b : buckets) {
            if (b.count() > before && !almostEqual(before, b.count())) {
                before = b.count();
            } else if (Double.isNaN(b.count()) || Double.isNaN(before)) {
                before = b.count();
            }
            lifted.add(new Bucket(b.upperBound(), before));
        }
        return lifted;
    }

    private static boolean almostEqual(double a, double b) {
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        return a == b
                || (sum < Double.MIN_NORMAL
                        ? difference < NOISE * Double.MIN_NORMAL
                        : difference / Math.min(sum, Double.MAX_VALUE) < NOISE);
    }
}
