package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryRollback reason: '...'}: takes the canary back; does nothing when no rollout of the build is open. */
public final class CanaryRollbackStep extends Step {

    private String reason;
    private String rollout;

    @DataBoundConstructor
    public CanaryRollbackStep() {}

    public String getReason() {
        return reason;
    }

    /** Goes into the journal and onto the gate page. */
    @DataBoundSetter
    public void setReason(String reason) {
        this.reason = Util.fixEmptyAndTrim(reason);
    }

    public String getRollout() {
        return rollout;
    }

    /** Which rollout; every open one of the build unless given. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new RollbackExecution(context, rollout, reason == null ? "the pipeline said so" : reason);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryRollback", Messages._CanaryRollbackStep_displayName(), "reason", "rollout");
        }
    }
}
