package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryReport()}: shows the gates of the build's rollouts among its test results, and writes their evidence. */
public final class CanaryReportStep extends Step {

    private String rollout;
    private String dir;

    @DataBoundConstructor
    public CanaryReportStep() {}

    public String getRollout() {
        return rollout;
    }

    /** Which rollout; every one of the build unless given. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }

    public String getDir() {
        return dir;
    }

    /** Folder of the workspace that the reports are written to; none are written unless given. */
    @DataBoundSetter
    public void setDir(String dir) {
        this.dir = Util.fixEmptyAndTrim(dir);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new ReportExecution(context, rollout, dir);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryReport", Messages._CanaryReportStep_displayName(), "rollout", "dir");
        }
    }
}
