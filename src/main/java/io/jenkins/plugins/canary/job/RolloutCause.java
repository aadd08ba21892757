package io.jenkins.plugins.canary.job;

import hudson.model.Cause;

/** Why a run was started: by a rollout, of whose build nothing may be left. */
public final class RolloutCause extends Cause {

    private final String owner;

    /** @param owner the rollout's build or page, for people */
    RolloutCause(String owner) {
        this.owner = owner;
    }

    @Override
    public String getShortDescription() {
        return Messages.RolloutCause_startedBy(owner);
    }
}
