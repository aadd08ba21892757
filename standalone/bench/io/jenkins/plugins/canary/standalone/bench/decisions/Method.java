package io.jenkins.plugins.canary.standalone.bench.decisions;

/** A way to decide: it stops at the first tick at which one of its signals is above that signal's setting. */
interface Method {

    String name();

    /** One row a signal, one value a tick; the higher the worse. */
    double[][] signals(Trace trace);

    /** The setting of each signal that people usually choose. */
    double[] usual();
}
