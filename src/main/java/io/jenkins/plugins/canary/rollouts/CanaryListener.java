package io.jenkins.plugins.canary.rollouts;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.notify.Notice;

/** For other plugins: is told of what happens in every rollout of the controller. */
public abstract class CanaryListener implements ExtensionPoint {

    /**
     * Something happened; the order is that of the events. On one thread for all rollouts and listeners, in no rollout's
     * way: whoever is slow misses notices when a thousand wait.
     *
     * @param build that owns the rollout; null when it is gone
     */
    public abstract void onNotice(Run<?, ?> build, Notice notice);

    /**
     * The controller has started and its jobs are loaded; on the thread of the notices, before the first of them. For what
     * was left undone when it stopped: rollouts that ended just before then are not told of again.
     */
    public void onStarted() {}

    static ExtensionList<CanaryListener> all() {
        return ExtensionList.lookup(CanaryListener.class);
    }
}
