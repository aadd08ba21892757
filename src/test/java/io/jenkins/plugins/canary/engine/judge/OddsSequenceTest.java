package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sequence against its definition, worked out in full at every tick: each point of the grid by itself, nothing left out. */
class OddsSequenceTest {

    private static final double[] GRID =
            IntStream.rangeClosed(-70, 70).mapToDouble(g -> g / 10.0).toArray();
    private static final double ALPHA = 0.005;

    @ParameterizedTest
    @CsvSource({"0.002, 0.002, 1", "0.002, 0.03, 1", "0.25, 0.25, 1", "0.25, 0.4, 7.5", "0.9, 0.2, 1", "0, 0.001, 2.2"})
    void isItsDefinition(double rateOfStable, double rateOfCanary, double factor) {
        SplittableRandom random = new SplittableRandom(11);
        double[] log = new double[GRID.length];
        OddsSequence sequence = OddsSequence.START;
        for (int tick = 0; tick < 150; tick++) {
            Counts canary = some(random, 20 + random.nextInt(200), rateOfCanary);
            Counts stable = some(random, 100 + random.nextInt(900), rateOfStable);
            TickSplit split = new TickSplit(canary, stable);
            sequence = sequence.plus(split);
            for (int g = 0; g < GRID.length && !split.isEmpty(); g++) {
                log[g] += new NoncentralHypergeometric(
                                canary.total(),
                                stable.total(),
                                canary.failures() + stable.failures(),
                                Math.exp(GRID[g]))
                        .moments(canary.failures())
                        .logProbability();
            }
            compare(Arrays.stream(log).map(l -> l / factor).toArray(), sequence.worth(factor));
        }
    }

    private static Counts some(SplittableRandom random, int requests, double rate) {
        return new Counts(
                IntStream.range(0, requests)
                        .filter(i -> random.nextDouble() < rate)
                        .count(),
                requests);
    }

    private static void compare(double[] log, OddsSequence sequence) {
        double weights = Arrays.stream(GRID).map(l -> Math.exp(-Math.abs(l))).sum();
        double largest = Arrays.stream(log).max().orElseThrow();
        double mixture = largest
                + Math.log(IntStream.range(0, GRID.length)
                        .mapToDouble(g -> Math.exp(-Math.abs(GRID[g])) / weights * Math.exp(log[g] - largest))
                        .sum());
        same(
                Math.min(1, Math.exp(Arrays.stream(log, 0, 71).max().orElseThrow() - mixture)),
                sequence.pValue(Direction.INCREASE));
        same(
                Math.min(1, Math.exp(Arrays.stream(log, 70, 141).max().orElseThrow() - mixture)),
                sequence.pValue(Direction.DECREASE));
        int[] inside = IntStream.range(0, GRID.length)
                .filter(g -> log[g] >= mixture + Math.log(ALPHA))
                .toArray();
        Judgment.Interval interval = sequence.interval(ALPHA);
        // The ends lie in the cells beyond the outermost points inside.
        assertEquals(inside[0] - 1, (int) Math.floor(index(interval.lo())), interval + " begins elsewhere");
        assertEquals(inside[inside.length - 1], (int) Math.floor(index(interval.hi())), interval + " ends elsewhere");
    }

    /** Of a ratio on the grid; beyond its ends where the ratio is 0 or infinite. */
    private static double index(double ratio) {
        return ratio == 0 ? -1 : Double.isInfinite(ratio) ? GRID.length - 1 : Math.log(ratio) * 10 + 70;
    }

    private static void same(double expected, double is) {
        assertEquals(expected, is, 1e-9 * expected);
    }
}
