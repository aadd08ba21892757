package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A day of one point a minute on both sides: latency, judged with the confidence interval of the shift, and errors that are
 * mostly zero, whose means are compared by permutations.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RankBench {

    private static final int POINTS = 1_440;

    double[] canary;
    double[] stable;

    private MannWhitney test;
    private double[] errorsOfCanary;
    private double[] errorsOfStable;

    @Setup
    public void draw() {
        test = MannWhitney.of(Comparison.DEFAULT);
        Random random = new Random(7);
        canary = random.doubles(POINTS, 0, 1).map(u -> 0.031 * Math.exp(u)).toArray();
        stable = random.doubles(POINTS, 0, 1).map(u -> 0.030 * Math.exp(u)).toArray();
        errorsOfCanary = errors(random, 0.6);
        errorsOfStable = errors(random, 0.3);
    }

    private static double[] errors(Random random, double often) {
        return random.doubles(POINTS, 0, 1).map(u -> u < often ? u : 0).toArray();
    }

    @Benchmark
    public Judgment judge() {
        return test.judge(canary, stable);
    }

    @Benchmark
    public Judgment judgeTied() {
        return test.judge(errorsOfCanary, errorsOfStable);
    }
}
