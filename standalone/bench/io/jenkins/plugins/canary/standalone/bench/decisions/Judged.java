package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Many releases of one kind under one method.
 *
 * @param signals by release, as {@link Method#signals}
 * @param effectAt by release
 */
record Judged(List<double[][]> signals, int[] effectAt) {

    static Judged of(Method method, double traffic, long seed, int releases, Effect effect) {
        int[] effectAt = new int[releases];
        List<double[][]> signals = LongStream.range(0, releases)
                .parallel()
                .mapToObj(i -> {
                    Trace trace = Trace.of(seed + i, traffic, effect);
                    effectAt[(int) i] = trace.effectAt();
                    return method.signals(trace);
                })
                .toList();
        return new Judged(signals, effectAt);
    }

    long stopped(double[] settings) {
        return signals.stream().filter(r -> stop(r, settings) >= 0).count();
    }

    /** What the bad ones came to. */
    Cell cell(double[] settings) {
        double[] minutes = new double[signals.size()];
        for (int i = 0; i < minutes.length; i++) {
            int stop = stop(signals.get(i), settings);
            minutes[i] = stop < 0
                    ? Cell.MOST
                    : Math.min(Cell.MOST, Math.max(0, stop - effectAt[i] + 1) * Trace.STEP.toSeconds() / 60.0);
        }
        return new Cell(minutes);
    }

    /**
     * The strictest settings at which at least so many of these are stopped, or none if even the strictest stop fewer:
     * each signal's at the same rank among these releases.
     */
    double[] stopping(long wanted) {
        int count = signals.get(0).length;
        double[][] peaks = new double[count][];
        for (int s = 0; s < count; s++) {
            int signal = s;
            peaks[s] = signals.stream()
                    .mapToDouble(g -> Arrays.stream(g[signal]).max().orElse(0))
                    .sorted()
                    .toArray();
        }
        double[] settings = new double[count];
        for (int rank = signals.size() - 1; rank >= 0; rank--) {
            for (int s = 0; s < count; s++) {
                settings[s] = peaks[s][rank];
            }
            if (stopped(settings) >= wanted) {
                break;
            }
        }
        return settings;
    }

    /** The tick at which it stops: one of its signals is above its setting; -1 when none is. */
    static int stop(double[][] signals, double[] settings) {
        for (int tick = 0; tick < Trace.TICKS; tick++) {
            for (int s = 0; s < signals.length; s++) {
                if (signals[s][tick] > settings[s]) {
                    return tick;
                }
            }
        }
        return -1;
    }
}
