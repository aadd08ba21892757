package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import java.util.function.ToDoubleBiFunction;

/**
 * Mann-Whitney as Kayenta's judge applies it: one point a minute since the phase began, tolerance 0.25 of the shift, HIGH
 * on either metric fails; asked every five minutes. Its knob is the confidence, as -log10(1 - confidence); the default of
 * 0.98 is 1.7.
 */
final class Kayenta implements Method {

    /** A signal is the largest confidence at which it is HIGH, on a grid; 0.98 is 1.699, above the step at 1.65. */
    private static final double DEFAULT = 1.66;

    private static final double STEP = 0.05;
    private static final int LOWEST = 12;
    private static final int HIGHEST = 160;
    private static final int PER_POINT = 2;
    private static final int LOOK = 10;

    @Override
    public String name() {
        return "Mann-Whitney (Kayenta)";
    }

    @Override
    public double[] usual() {
        return new double[] {DEFAULT, DEFAULT};
    }

    @Override
    public double[][] signals(Trace trace) {
        double[][] signals = new double[2][Trace.TICKS];
        for (int tick = LOOK - 1; tick < Trace.TICKS; tick += LOOK) {
            signals[0][tick] = look(tick, trace::errorRate);
            signals[1][tick] = look(tick, (track, t) -> trace.latency(track, 0.99, t));
        }
        return signals;
    }

    private static double look(int tick, ToDoubleBiFunction<Track, Integer> metric) {
        int points = (tick + 1) / PER_POINT;
        double[] canary = new double[points];
        double[] stable = new double[points];
        for (int i = 0; i < points; i++) {
            canary[i] = metric.applyAsDouble(Track.CANARY, (i + 1) * PER_POINT - 1);
            stable[i] = metric.applyAsDouble(Track.STABLE, (i + 1) * PER_POINT - 1);
        }
        if (!high(canary, stable, LOWEST)) {
            return 0;
        }
        int low = LOWEST;
        int high = HIGHEST;
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (high(canary, stable, middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low * STEP;
    }

    private static boolean high(double[] canary, double[] stable, int step) {
        return new MannWhitney(
                        Comparison.DEFAULT.direction(Direction.INCREASE).confidence(1 - Math.pow(10, -step * STEP)),
                        Cleaning.DEFAULT,
                        MannWhitney.Allowance.OF_SHIFT,
                        null,
                        true)
                .judge(canary, stable)
                .verdict()
                .harm();
    }
}
