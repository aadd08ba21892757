package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Result;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryGate()}: waits until the phase in force has passed, and takes the canary back when it fails. */
public final class CanaryGateStep extends Step {

    private String rollout;
    private String onFail = Result.FAILURE.toString();

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
     * What becomes of the build when the gate fails: {@code FAILURE} (the default) fails the step, {@code UNSTABLE} lets
     * the pipeline go on. The canary is taken back in both cases.
     *
     * @throws IllegalArgumentException when it is neither
     */
    @DataBoundSetter
    public void setOnFail(String onFail) {
        String given = Util.fixEmptyAndTrim(onFail);
        if (given != null && !given.equals("FAILURE") && !given.equals("UNSTABLE")) {
            throw new IllegalArgumentException("onFail is FAILURE or UNSTABLE, not " + given);
        }
        this.onFail = given == null ? Result.FAILURE.toString() : given;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new GateExecution(context, rollout, Result.fromString(onFail));
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryGate", "Wait for the gate of the canary's phase", "rollout", "onFail");
        }
    }
}
