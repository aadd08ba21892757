package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryStart plan: 'deploy/canary.yaml', version: '1.4.2'}: begins a rollout and shifts to its first phase. */
public final class CanaryStartStep extends PlanStep {
    private static final long serialVersionUID = 1L;

    private String plan;

    @DataBoundConstructor
    public CanaryStartStep() {}

    @Override
    public String getPlan() {
        return plan;
    }

    @DataBoundSetter
    public void setPlan(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new StartExecution(context, this, AdvanceMode.STEPWISE);
    }

    @Extension
    public static final class DescriptorImpl extends PlanStepDescriptor {
        public DescriptorImpl() {
            super(true, "canaryStart", Messages._CanaryStartStep_displayName(), "plan", "version", "rollout");
        }
    }
}
