package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryRollout 'deploy/canary.yaml'}: the whole phase table in one step. */
public final class CanaryRolloutStep extends Step {

    private final String plan;
    private String yaml;
    private String version;
    private String rollout;

    /**
     * @param plan path in the workspace, or in the job's SCM when the step runs without one; several lines are the plan
     *     itself, since declarative pipelines want this parameter; null with {@code yaml}
     */
    @DataBoundConstructor
    public CanaryRolloutStep(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
    }

    public String getPlan() {
        return plan;
    }

    public String getYaml() {
        return yaml;
    }

    /** The plan itself, instead of {@code plan}. */
    @DataBoundSetter
    public void setYaml(String yaml) {
        this.yaml = Util.fixEmptyAndTrim(yaml) == null ? null : yaml;
    }

    public String getVersion() {
        return version;
    }

    /** What is rolled out: for people, for {@code {{version}}} in queries, and for routers that deploy it. */
    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    public String getRollout() {
        return rollout;
    }

    /** Name of the rollout within the build; the plan's name unless given. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }

    @Override
    public StepExecution start(StepContext context) {
        boolean text = plan != null && plan.contains("\n");
        PlanPlace place = text && yaml == null ? new PlanPlace(null, plan) : new PlanPlace(plan, yaml);
        return new StartExecution(context, place, version, rollout, AdvanceMode.AUTOMATIC);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryRollout", Messages._CanaryRolloutStep_displayName(), "plan", "version", "rollout");
        }
    }
}
