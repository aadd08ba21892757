package io.jenkins.plugins.canary.engine.metric.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.expr.BucketQuantile.Bucket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketQuantileTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void withinABucketTheSpreadIsEven() {
        assertEquals(0.1 + 0.1 * 0.5, quantile(0.75, 0.1, 50, 0.2, 100, INF, 100), 1e-12);
    }

    @Test
    void theLowestBucketStartsAtZero() {
        assertEquals(0.05, quantile(0.25, 0.1, 50, 0.2, 100, INF, 100), 1e-12);
    }

    @Test
    void aLowestBucketBelowZeroHasOnlyItsBound() {
        assertEquals(-1, quantile(0.25, -1, 50, 1, 100, INF, 100));
    }

    @Test
    void beyondTheHighestBoundThereIsOnlyTheBound() {
        assertEquals(0.2, quantile(0.99, 0.1, 50, 0.2, 60, INF, 100));
    }

    @Test
    void theOrderDoesNotMatterAndEqualBoundsAreOne() {
        assertEquals(
                quantile(0.5, 0.1, 50, 0.2, 100, INF, 100),
                quantile(0.5, INF, 60, 0.1, 20, 0.2, 100, 0.1, 30, INF, 40));
    }

    @Test
    void countsThatFallAreLifted() {
        assertEquals(
                quantile(0.9, 0.1, 50, 0.2, 50, 0.4, 100, INF, 100),
                quantile(0.9, 0.1, 50, 0.2, 40, 0.4, 100, INF, 90));
    }

    @Test
    void noiseBetweenBucketsIsNoObservation() {
        assertEquals(0.1, quantile(0.9999999999999, 0.1, 100, 0.2, 100 + 1e-11, INF, 100 + 1e-11), 1e-9);
    }

    @Test
    void withoutObservationsOrWithoutInfinityThereIsNoQuantile() {
        assertTrue(Double.isNaN(quantile(0.5, 0.1, 0, INF, 0)));
        assertTrue(Double.isNaN(quantile(0.5, 0.1, 5, 0.2, 10)));
        assertTrue(Double.isNaN(quantile(0.5, INF, 10)));
        assertTrue(BucketQuantile.of(0.5, List.of()).isEmpty());
    }

    private static double quantile(double q, double... boundsAndCounts) {
        List<Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < boundsAndCounts.length; i += 2) {
            buckets.add(new Bucket(boundsAndCounts[i], boundsAndCounts[i + 1]));
        }
        return BucketQuantile.of(q, buckets).orElseThrow();
    }
}
