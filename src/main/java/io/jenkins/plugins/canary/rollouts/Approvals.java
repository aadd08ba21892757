package io.jenkins.plugins.canary.rollouts;

import hudson.console.HyperlinkNote;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.plan.Phase;

/** A pending approval, for the log and for graph views. */
public final class Approvals {

    private Approvals() {}

    /** Why a step is paused. */
    public static String cause(Phase phase) {
        return Messages.Approval_pause(phase.name());
    }

    /** For the log: leads to where the decision is made. */
    static String link(Run<?, ?> build, String rollout) {
        return HyperlinkNote.encodeTo("/" + build.getUrl() + "canary/" + rollout + "/", Messages.Approval_link());
    }
}
