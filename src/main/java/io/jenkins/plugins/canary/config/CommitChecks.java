package io.jenkins.plugins.canary.config;

import hudson.util.ListBoxModel;

/** Whether rollouts are checks on the commits of their builds. */
public enum CommitChecks {
    /** As the folder above has it; for the controller as {@link #PUBLISH}. */
    INHERIT,
    PUBLISH,
    NONE;

    static ListBoxModel items() {
        return new ListBoxModel(
                new ListBoxModel.Option(Messages.CommitChecks_publish(), PUBLISH.name()),
                new ListBoxModel.Option(Messages.CommitChecks_none(), NONE.name()));
    }
}
