package io.jenkins.plugins.canary.rollouts;

import hudson.model.Cause;
import hudson.model.Run;
import org.jenkinsci.plugins.workflow.cps.replay.ReplayCause;

/** The only class that knows the replays of the plugin Pipeline: Groovy. */
final class ReplayedBuild {

    private ReplayedBuild() {}

    /** Null when it is no replay, or the build is gone. */
    static Run<?, ?> of(Cause cause) {
        return cause instanceof ReplayCause replay ? replay.getOriginal() : null;
    }
}
