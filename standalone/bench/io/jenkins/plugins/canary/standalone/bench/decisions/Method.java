package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.util.Optional;

/** A way to decide: it stops at the first tick at which one of its signals is above that signal's setting. */
interface Method {

    String name();

    /** One row a signal, one value a tick; the higher the worse. */
    double[][] signals(Trace trace);

    /** The setting of each signal that people usually choose. */
    double[] usual();

    /** When it stops this release and by which signal, set as usual; nothing when it does not. The first signal is of errors. */
    default Optional<Stop> stop(Trace trace) {
        double[][] signals = signals(trace);
        int tick = Judged.stop(signals, usual());
        return tick < 0
                ? Optional.empty()
                : Optional.of(new Stop(tick, signals[0][tick] > usual()[0] ? "error-rate" : "latency p99"));
    }
}
