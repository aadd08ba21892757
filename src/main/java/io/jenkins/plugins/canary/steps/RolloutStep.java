package io.jenkins.plugins.canary.steps;

import hudson.Util;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about a rollout of its build. */
public abstract class RolloutStep extends CanaryStep {
    private static final long serialVersionUID = 1L;

    private String rollout;

    public String getRollout() {
        return rollout;
    }

    /** Name of the rollout within the build; what it stands for when none is given, the step decides. */
    @DataBoundSetter
    public void setRollout(String rollout) {
        this.rollout = Util.fixEmptyAndTrim(rollout);
    }
}
