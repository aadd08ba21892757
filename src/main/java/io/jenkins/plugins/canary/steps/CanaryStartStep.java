package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryStart plan: 'deploy/canary.yaml', version: '1.4.2'}: begins a rollout and shifts to its first phase. */
public final class CanaryStartStep extends Step {

    private String plan;
    private String yaml;
    private String version;
    private String rollout;

    @DataBoundConstructor
    public CanaryStartStep() {}

    public String getPlan() {
        return plan;
    }

    /** Path in the workspace, or in the job's SCM when the step runs without one. */
    @DataBoundSetter
    public void setPlan(String plan) {
        this.plan = Util.fixEmptyAndTrim(plan);
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
        return new StartExecution(context, new PlanPlace(plan, yaml), version, rollout, AdvanceMode.STEPWISE);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryStart", Messages._CanaryStartStep_displayName(), "plan", "version", "rollout");
        }
    }
}
