package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PodEvidenceTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int RELEASES = 300;
    private static final int MINUTES = 30;
    private static final long START = 1_700_000_000_000L;

    /** What a release came to. */
    private record Release(boolean stopped, String says) {}

    private static Criterion criterion(String pods) {
        Comparison rise = new Comparison(Direction.INCREASE, 0.25, 0.95, Unit.SECONDS);
        Versus versus = Versus.by(new Judge(Judge.Test.SEQUENTIAL, rise, 0.001)).byPod(pods);
        return new Criterion(
                new Metric("latency", 0.5), Unit.SECONDS, null, null, versus, 0, NoDataPolicy.HOLD, null, MINUTE);
    }

    /** @param times how many times as slow the canary is */
    private static Release release(Criterion c, Random random, double differ, int canaryPods, double times) {
        double[] stable =
                random.doubles(20).map(x -> differ * random.nextGaussian()).toArray();
        double[] canary = random.doubles(canaryPods)
                .map(x -> Math.log(times) + differ * random.nextGaussian())
                .toArray();
        EvidenceFold fold = EvidenceFold.open(START, List.of(c), Duration.ofSeconds(15), null, x -> 1);
        Check last = null;
        for (int minute = 1; minute <= MINUTES; minute++) {
            Map<MetricQuery, Reading> readings = new HashMap<>();
            Map<MetricQuery, Double> values = new HashMap<>();
            double load = 0.1 * random.nextGaussian();
            read(c, Track.STABLE, stable, load, random, readings, values);
            read(c, Track.CANARY, canary, load, random, readings, values);
            fold = fold.tick(START + minute * MINUTE.toMillis(), values, null, null);
            last = c.check(readings, fold, null);
            if (last.outcome() == CheckOutcome.FAIL) {
                return new Release(true, last.says());
            }
        }
        return new Release(false, last.says());
    }

    private static void read(
            Criterion c,
            Track track,
            double[] pods,
            double load,
            Random random,
            Map<MetricQuery, Reading> readings,
            Map<MetricQuery, Double> values) {
        MetricQuery query = c.query(track).by("pod");
        double sum = 0;
        for (int pod = 0; pod < pods.length; pod++) {
            double log = Math.log(0.06) + pods[pod] + load + 0.05 * random.nextGaussian();
            sum += log;
            values.put(query.part(track.word() + "-" + pod), Math.exp(log));
        }
        values.put(c.query(track), Math.exp(sum / pods.length));
        readings.put(c.query(track), Reading.of(Math.exp(sum / pods.length)));
    }

    private static long stopped(String label, double differ, int canaryPods, double times) {
        return IntStream.range(0, RELEASES)
                .filter(i -> release(criterion(label), new Random(9_000 + i), differ, canaryPods, times)
                        .stopped())
                .count();
    }

    @Test
    void onePodBesideTwentyThatDifferByATenthOrAFifthIsAGoodRelease() {
        assertTrue(stopped("pod", 0.1, 1, 1) <= 0.025 * RELEASES);
        assertTrue(stopped("pod", 0.2, 1, 1) <= 0.025 * RELEASES);
        assertTrue(stopped(null, 0.2, 1, 1) >= 0.08 * RELEASES, "where they are not told apart");
    }

    @Test
    void aSlowVersionIsCaughtBesideThem() {
        assertEquals(RELEASES, stopped("pod", 0.1, 1, 2));
        assertTrue(stopped("pod", 0.2, 1, 2) >= 0.8 * RELEASES);
        assertTrue(stopped("pod", 0.2, 3, 2) >= 0.97 * RELEASES, "three pods of the canary");
        assertTrue(stopped("pod", 0.2, 1, 3) >= 0.99 * RELEASES, "three times as slow");
    }

    @Test
    void podsThatAreAlikeWidenNothing() {
        assertEquals(RELEASES, stopped("pod", 0, 1, 1.5));
    }

    @Test
    void theExplanationSaysWhatPasses() {
        String says = release(criterion("pod"), new Random(7_000), 0.2, 1, 1.5).says();
        assertTrue(
                says.matches(
                        ".*; latency p50 is 1\\.\\d+x stable's; pods of the stable version differ by \\d+%; with 1 canary"
                                + " pod a difference of up to 1\\.\\d+x passes"),
                says);
    }

    @Test
    void podsAreReadOnceAWindowInOneQueryATrack() {
        Criterion c = criterion("pod");
        Set<MetricQuery> asked =
                Set.of(c.query(Track.CANARY).by("pod"), c.query(Track.STABLE).by("pod"));
        assertEquals(asked, c.podQueries());
        EvidenceFold open = EvidenceFold.open(START, List.of(c), MINUTE, null, x -> 1);
        assertTrue(open.queries(START + 59_999, null).isEmpty(), "no window reaches before the phase");
        assertEquals(asked, open.queries(START + 60_000, null));
        Map<MetricQuery, Double> values = new HashMap<>();
        asked.forEach(query -> values.put(query.part(query.track().word()), 1.0));
        EvidenceFold read = open.tick(START + 60_000, values, null, null);
        assertTrue(read.queries(START + 75_000, null).isEmpty());
        assertEquals(asked, read.queries(START + 120_000, null));
        assertEquals(asked, open.tick(START + 60_000, Map.of(), null, null).queries(START + 75_000, null), "no answer");
        assertTrue(EvidenceFold.open(START, List.of(criterion(null)), MINUTE, null, x -> 1)
                .queries(START + 60_000, null)
                .isEmpty());
    }

    @Test
    void ofThousandPodsTheFirstTwentyAreKept() {
        Criterion c = criterion("pod");
        EvidenceFold open = EvidenceFold.open(START, List.of(c), MINUTE, null, x -> 1);
        Map<String, Double> pods = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            pods.put("pod-" + (1_000 + i), 1.0);
        }
        MetricQuery query = c.query(Track.STABLE).by("pod");
        Map<String, Double> kept = LabelValues.bounded(Map.of(query, Reading.of("pod", pods)), open)
                .get(query)
                .parts();
        assertEquals(20, kept.size());
        assertTrue(kept.containsKey("pod-1000"));
        assertFalse(kept.containsKey(Breakdown.OTHERS));
    }
}
