package io.jenkins.plugins.canary.rollouts;

import hudson.Extension;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.listeners.ItemListener;

/** Has open rollouts taken up again once jobs are loaded, and follows jobs that are renamed. */
@Extension
public final class ControllerStart extends ItemListener {

    @Override
    public void onLoaded() {
        RolloutManager.get().notices().started();
        RolloutManager.get().resumeAll();
    }

    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        if (!(item instanceof Job)) {
            return;
        }
        String before = oldFullName + "#";
        for (LiveRollout rollout : RolloutManager.get().open()) {
            String owner = rollout.entry().owner();
            if (owner.startsWith(before)) {
                RolloutManager.get().moved(rollout, newFullName + "#" + owner.substring(before.length()));
            }
        }
    }
}
