package io.jenkins.plugins.canary.job;

import hudson.model.Queue;
import hudson.model.Run;
import jenkins.model.Jenkins;

/** The run that was started last, in the moment between the queue and the list of runs. */
record StartedRun(long item) {

    static final StartedRun NONE = new StartedRun(-1);

    StartedRun(Queue.Item queued) {
        this(queued.getId());
    }

    /** Whether it is on its way, and was seen neither in the queue nor among the runs. */
    boolean isLeaving() {
        Queue.Item now = item < 0 ? null : Jenkins.get().getQueue().getItem(item);
        if (!(now instanceof Queue.LeftItem left) || left.isCancelled()) {
            return now != null && !(now instanceof Queue.LeftItem);
        }
        // One that has ended is among the runs, or was deleted with its job.
        return !(left.getExecutable() instanceof Run<?, ?> run) || run.isBuilding();
    }
}
