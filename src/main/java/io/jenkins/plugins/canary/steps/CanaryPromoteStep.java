package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryPromote()}: on to the next phase; {@code canaryPromote(to: 100)}: on to the end of the rollout. */
public final class CanaryPromoteStep extends Step {

    private Double to;
    private boolean override;
    private String reason;
    private String rollout;

    @DataBoundConstructor
    public CanaryPromoteStep() {}

    public Double getTo() {
        return to;
    }

    /**
     * Weight of the phase to go to, in percent; null for the next one. Leads through the phases on the way and their gates,
     * 100 to the promotion.
     */
    @DataBoundSetter
    public void setTo(Double to) {
        this.to = to;
    }

    public boolean isOverride() {
        return override;
    }

    /** Goes on although the gate of the phase in force has not passed; wants a reason. */
    @DataBoundSetter
    public void setOverride(boolean override) {
        this.override = override;
    }

    public String getReason() {
        return reason;
    }

    /** Goes into the journal and onto the gate page, beside who started the build. */
    @DataBoundSetter
    public void setReason(String reason) {
        this.reason = Util.fixEmptyAndTrim(reason);
    }

    public String getRollout() {
        return rollout;
    }

    /** Which rollout, when the build has several. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new PromoteExecution(context, rollout, to, override, reason);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryPromote", Messages._CanaryPromoteStep_displayName(), "to", "rollout", "reason");
        }
    }
}
