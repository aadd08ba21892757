package io.jenkins.plugins.canary.standalone.decisions;

/** A way to decide, with one knob: it stops at the first tick at which the severity is above the setting. */
interface Method {

    String name();

    /** One value a tick. */
    double[] severity(Trace trace);

    /** The tick at which it stops; -1 when it does not. */
    static int stop(double[] severity, double setting) {
        for (int tick = 0; tick < severity.length; tick++) {
            if (severity[tick] > setting) {
                return tick;
            }
        }
        return -1;
    }
}
