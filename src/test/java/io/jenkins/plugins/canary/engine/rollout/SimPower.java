package io.jenkins.plugins.canary.engine.rollout;

/** Whether the simulated process is alive. Once its power is cut, nothing that it still does has any effect. */
final class SimPower {

    private boolean off;

    /** The process dies here. */
    SimDisk.Crash cut() {
        off = true;
        return new SimDisk.Crash();
    }

    boolean isOff() {
        return off;
    }

    void on() {
        off = false;
    }

    /** @throws SimDisk.Crash when the process is dead: code that survives the first one must not reach the world */
    void need() {
        if (off) {
            throw new SimDisk.Crash();
        }
    }
}
