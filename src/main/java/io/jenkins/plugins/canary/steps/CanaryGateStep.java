package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Result;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** {@code canaryGate()}: waits until the phase in force has passed, and takes the canary back when it fails. */
public final class CanaryGateStep extends Step {

    private String rollout;
    private String onFail;

    @DataBoundConstructor
    public CanaryGateStep() {}

    public String getRollout() {
        return rollout;
    }

    /** Which rollout, when the build has several. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }

    public String getOnFail() {
        return onFail;
    }

    /**
     * What becomes of the build when the gate fails: {@code FAILURE} fails the step, {@code UNSTABLE} lets the pipeline
     * go on; null for what is configured. The canary is taken back in both cases.
     *
     * @throws IllegalArgumentException when it is neither
     */
    @DataBoundSetter
    public void setOnFail(String onFail) {
        String given = Util.fixEmptyAndTrim(onFail);
        if (given != null && !given.equals("FAILURE") && !given.equals("UNSTABLE")) {
            throw new IllegalArgumentException("onFail is FAILURE or UNSTABLE, not " + given);
        }
        this.onFail = given;
    }

    @Override
    public StepExecution start(StepContext context) {
        String failed =
                onFail == null ? CanaryConfiguration.get().getGateFailure().name() : onFail;
        return new GateExecution(context, rollout, Result.fromString(failed));
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryGate", Messages._CanaryGateStep_displayName(), "rollout", "onFail");
        }

        @RequirePOST
        public ListBoxModel doFillOnFailItems(@AncestorInPath Item item) {
            if (item == null) {
                Jenkins.get().checkPermission(Jenkins.READ);
            } else {
                item.checkPermission(Item.EXTENDED_READ);
            }
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.CanaryGateStep_configured(), ""),
                    new ListBoxModel.Option(Messages.CanaryGateStep_failure(), Result.FAILURE.toString()),
                    new ListBoxModel.Option(Messages.CanaryGateStep_unstable(), Result.UNSTABLE.toString()));
        }
    }
}
