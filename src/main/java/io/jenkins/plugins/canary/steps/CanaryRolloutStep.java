package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code canaryRollout 'deploy/canary.yaml'}: the whole phase table in one step. */
public final class CanaryRolloutStep extends PlanStep {
    private static final long serialVersionUID = 1L;

    private final String plan;

    /**
     * @param plan path in the workspace, or in the job's SCM when the step runs without one; several lines are the plan
     *     itself, since declarative pipelines want this parameter; null with {@code yaml}
     */
    @DataBoundConstructor
    public CanaryRolloutStep(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
    }

    @Override
    public String getPlan() {
        return plan;
    }

    @Override
    PlanPlace place() {
        boolean text = plan != null && plan.contains("\n") && getYaml() == null;
        return text ? new PlanPlace(null, plan) : super.place();
    }

    @Override
    public StepExecution start(StepContext context) {
        return new StartExecution(context, this, AdvanceMode.AUTOMATIC);
    }

    @Extension
    public static final class DescriptorImpl extends PlanStepDescriptor {
        public DescriptorImpl() {
            super(true, "canaryRollout", Messages._CanaryRolloutStep_displayName(), "plan", "version", "rollout");
        }
    }
}
