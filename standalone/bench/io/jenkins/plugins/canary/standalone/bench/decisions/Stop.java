package io.jenkins.plugins.canary.standalone.bench.decisions;

/**
 * That a method stopped a release.
 *
 * @param tick the first one is 0
 * @param rule what it was stopped by
 */
record Stop(int tick, String rule) {

    /** Since the phase began. */
    double minutes() {
        return (tick + 1) * Trace.STEP.toSeconds() / 60.0;
    }
}
