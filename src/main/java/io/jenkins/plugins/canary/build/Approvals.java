package io.jenkins.plugins.canary.build;

import hudson.console.ModelHyperlinkNote;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.plan.Phase;

/** A pending approval, for the log and for graph views. */
public final class Approvals {

    private Approvals() {}

    /** Why a step is paused. */
    public static String cause(Phase phase) {
        return Messages.Approval_pause(phase.name());
    }

    /** A line of the log that leads to where the decision is made. */
    static String line(Run<?, ?> build, String rollout, Phase phase) {
        return Messages.Approval_asked(phase.name().replaceAll("\\R", " "), ModelHyperlinkNote.encodeTo(
                "/" + build.getUrl() + "canary/" + rollout + "/", Messages.Approval_link()));
    }
}
