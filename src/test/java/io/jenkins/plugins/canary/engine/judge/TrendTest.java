package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrendTest {

    private static final Comparison P99 = new Comparison(Direction.INCREASE, 0.1, 0.98, Unit.SECONDS);

    static Stream<Oracles> oracles() {
        return Oracles.of("trend");
    }

    @ParameterizedTest
    @MethodSource("oracles")
    void equalsR(Oracles r) {
        double[] values = r.numbers(3);
        double conf = r.number(2);
        long[] times = LongStream.range(0, values.length).toArray();
        Judgment both =
                trend(new Comparison(Direction.EITHER, 0, conf, Unit.COUNT)).judge(times, values);
        double span = values.length - 1;

        assertEquals(r.whole(4), Trend.score(values));
        Oracles.assertClose(r.number(5), both.pValue(), "two-sided p");
        Oracles.assertClose(
                r.number(6),
                trend(new Comparison(Direction.INCREASE, 0, conf, Unit.COUNT))
                        .judge(times, values)
                        .pValue(),
                "one-sided p");
        Oracles.assertClose(r.number(7) * span, both.estimate(), 1e-9, "slope");
        Oracles.assertClose(r.number(8) * span, both.interval().lo(), 1e-9, "lower end");
        Oracles.assertClose(r.number(9) * span, both.interval().hi(), 1e-9, "upper end");
    }

    private static Trend trend(Comparison comparison) {
        return new Trend(comparison, null);
    }

    private static long[] minutes(int n) {
        return LongStream.range(0, n).map(i -> i * 60_000).toArray();
    }

    @Test
    void climbBelowEveryThresholdIsFound() {
        Random random = new Random(1);
        double[] p99 = new double[60];
        Arrays.setAll(p99, i -> 0.2 + 0.001 * i + 0.01 * random.nextGaussian());
        Judgment judgment = trend(P99).judge(minutes(60), p99);

        assertEquals(Verdict.HIGH, judgment.verdict());
        assertTrue(
                judgment.explanation().contains("surely more than the 10% that are let pass"), judgment.explanation());
    }

    @Test
    void noiseOutliersAndFallsPass() {
        Random random = new Random(2);
        double[] p99 = new double[60];
        Arrays.setAll(p99, i -> 0.2 + 0.02 * random.nextGaussian() + (i > 56 ? 5 : 0));
        assertEquals(Verdict.PASS, trend(P99).judge(minutes(60), p99).verdict(), "three slow minutes are no trend");
        Arrays.setAll(p99, i -> 0.3 - 0.003 * i);
        assertEquals(Verdict.PASS, trend(P99).judge(minutes(60), p99).verdict(), "getting faster does no harm");
        Arrays.fill(p99, 0.2);
        assertEquals(Verdict.PASS, trend(P99).judge(minutes(60), p99).verdict(), "nothing moves");
    }

    @Test
    void tooFewPointsAreNoData() {
        assertEquals(Verdict.NODATA, trend(P99).judge(minutes(7), new double[7]).verdict());
    }

    /** A good release that is looked at every minute of an hour is rarely stopped, even where a minute resembles the last. */
    @Test
    void goodReleasesAreRarelyStopped() {
        assertTrue(stopped(0) <= 0.02, "independent minutes: " + stopped(0));
        assertTrue(stopped(0.5) <= 0.12, "minutes that resemble each other: " + stopped(0.5));
    }

    /** The other side of the same coin: how often a climb is found, in an hour of minutes with 10% of noise. */
    @Test
    void climbsAreFoundTheMoreOftenTheSteeperTheyAre() {
        double half = found(0.5);
        double quarter = found(0.25);
        assertTrue(half >= 0.95, "half as much again: " + half);
        assertTrue(quarter >= 0.4 && quarter <= half, "a quarter more: " + quarter);
        assertTrue(found(0.1) <= 0.02, "what is let pass: " + found(0.1));
    }

    private static double found(double climb) {
        Random random = new Random(20261122);
        int found = 0;
        for (int trial = 0; trial < 400; trial++) {
            double[] values = new double[60];
            Arrays.setAll(values, i -> 0.2 * (1 + climb * i / 59) * (1 + 0.1 * random.nextGaussian()));
            found += trend(P99).judge(minutes(60), values).verdict() == Verdict.HIGH ? 1 : 0;
        }
        return found / 400.0;
    }

    private static double stopped(double resemblance) {
        Random random = new Random(20261121);
        int stopped = 0;
        for (int trial = 0; trial < 400; trial++) {
            double[] values = new double[60];
            double drift = 0;
            boolean once = false;
            for (int i = 0; i < 60; i++) {
                drift = resemblance * drift + Math.sqrt(1 - resemblance * resemblance) * random.nextGaussian();
                values[i] = 0.2 * (1 + 0.1 * drift);
                once |= i >= 7
                        && trend(P99)
                                        .judge(minutes(i + 1), Arrays.copyOf(values, i + 1))
                                        .verdict()
                                == Verdict.HIGH;
            }
            stopped += once ? 1 : 0;
        }
        return stopped / 400.0;
    }
}
