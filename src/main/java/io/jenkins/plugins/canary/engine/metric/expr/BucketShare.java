package io.jenkins.plugins.canary.engine.metric.expr;

import io.jenkins.plugins.canary.engine.metric.expr.BucketQuantile.Bucket;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Shares of a classic histogram above a bound that another histogram sets.
 *
 * @param reference whose quantile the bound is
 * @param alsoIn a histogram that must have the bound too; null for none
 */
record BucketShare(List<Bucket> reference, List<Bucket> alsoIn) {

    /**
     * @param q the bound is the lowest one within which this share of the reference lies
     * @return empty when no bound qualifies; NaN without observations
     */
    OptionalDouble above(double q, List<Bucket> buckets) {
        Map<Double, Double> own = byBound(buckets);
        Map<Double, Double> theirs = byBound(reference);
        Double all = theirs.get(Double.POSITIVE_INFINITY);
        Double total = own.get(Double.POSITIVE_INFINITY);
        if (all == null || total == null) {
            return OptionalDouble.empty();
        }
        Collection<Double> both =
                alsoIn == null ? own.keySet() : byBound(alsoIn).keySet();
        return theirs.entrySet().stream()
                .filter(e -> e.getValue() >= q * all
                        && e.getValue() > 0
                        && own.containsKey(e.getKey())
                        && both.contains(e.getKey()))
                .mapToDouble(e -> own.get(e.getKey()))
                .min()
                .stream()
                .map(within -> 1 - within / total)
                .findFirst();
    }

    private static Map<Double, Double> byBound(List<Bucket> buckets) {
        Map<Double, Double> by = new TreeMap<>();
        buckets.forEach(b -> by.merge(b.upperBound(), b.count(), Double::sum));
        return by;
    }
}
