package io.jenkins.plugins.canary.engine.metric.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.BucketQuantile.Bucket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BucketShareTest {

    private static final double INF = Double.POSITIVE_INFINITY;
    private static final List<Bucket> STABLE = List.of(new Bucket(0.1, 50), new Bucket(0.5, 99), new Bucket(INF, 100));

    @Test
    void theBoundIsStablesAndTheShareOnesOwn() {
        List<Bucket> canary = List.of(new Bucket(0.1, 2), new Bucket(0.5, 6), new Bucket(INF, 8));
        assertEquals(0.25, BucketQuantile.shareAbove(0.99, canary, STABLE, null).orElseThrow(), 1e-12);
        assertEquals(0.75, BucketQuantile.shareAbove(0.5, canary, STABLE, null).orElseThrow(), 1e-12);
        assertEquals(
                0,
                BucketQuantile.shareAbove(0.999, canary, STABLE, null).orElseThrow(),
                "nothing is beyond the last bucket");
    }

    @Test
    void onlyABoundThatBothHaveCounts() {
        List<Bucket> other = List.of(new Bucket(0.2, 9), new Bucket(INF, 10));
        assertEquals(0, BucketQuantile.shareAbove(0.5, STABLE, STABLE, other).orElseThrow());
        assertEquals(0, BucketQuantile.shareAbove(0.5, other, STABLE, null).orElseThrow());
    }

    @Test
    void withoutRequestsBeforeOrNowThereIsNoShare() {
        assertTrue(BucketQuantile.shareAbove(0.5, STABLE, List.of(), null).isEmpty());
        List<Bucket> idle = List.of(new Bucket(0.1, 0), new Bucket(INF, 0));
        assertTrue(BucketQuantile.shareAbove(0.5, STABLE, idle, null).isEmpty());
        assertTrue(
                Double.isNaN(BucketQuantile.shareAbove(0.5, idle, STABLE, null).orElseThrow()));
    }

    @Test
    void asPromQl() {
        Map<Track, List<Matcher>> labels =
                Map.of(Track.CANARY, MatcherList.parse("v=\"2\""), Track.STABLE, MatcherList.parse("v=\"1\""));
        assertEquals(
                "1 - min(sum by (le) (increase(http_request_duration_seconds_bucket{v=\"2\"}[5m])) and on (le) (sum by (le)"
                        + " (increase(http_request_duration_seconds_bucket{v=\"1\"}[10m] offset 5m)) >= 0.989999999 * scalar(sum("
                        + "increase(http_request_duration_seconds_bucket{v=\"1\",le=\"+Inf\"}[10m] offset 5m))) > 0)) / sum(increase("
                        + "http_request_duration_seconds_bucket{v=\"2\",le=\"+Inf\"}[5m]))",
                new HttpMetrics(HttpNames.DEFAULT, labels)
                        .define(BuiltInMetric.SLOW_RATE, 0.99, Track.CANARY)
                        .promQl(Duration.ofMinutes(5)));
    }
}
