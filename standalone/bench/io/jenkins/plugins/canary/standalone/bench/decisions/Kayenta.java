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

    private static final double DEFAULT = -Math.log10(0.02) - 1e-9;
    private static final double[] CONFIDENCES =
            {0.8, 0.9, 0.95, 0.97, 0.98, 0.983, 0.986, 0.988, 0.99, 0.992, 0.994, 0.995, 0.996, 0.997, 0.998, 0.9985, 0.999,
                0.9995, 0.9998, 0.9999, 0.99999};
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
        double highest = 0;
        for (double confidence : CONFIDENCES) {
            boolean high = new MannWhitney(Comparison.DEFAULT.direction(Direction.INCREASE).confidence(confidence),
                    Cleaning.DEFAULT, MannWhitney.Allowance.OF_SHIFT, null, true).judge(canary, stable).verdict().harm();
            if (!high) {
                break;
            }
            highest = -Math.log10(1 - confidence);
        }
        return highest;
    }
}
