package io.jenkins.plugins.canary.rollouts;

import hudson.Extension;
import hudson.model.PeriodicWork;
import java.util.concurrent.TimeUnit;

/** Finds rollouts whose build ended without saying so: killed, unloaded, or broken beyond resuming. */
@Extension
public final class LostBuilds extends PeriodicWork {

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(15);
    }

    @Override
    protected void doRun() {
        RolloutManager.get().lookForLostBuilds();
    }
}
