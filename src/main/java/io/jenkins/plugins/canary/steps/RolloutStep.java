package io.jenkins.plugins.canary.steps;

import hudson.Util;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.DataBoundSetter;

/** A step about a rollout of its build. Its execution keeps it, also through a restart. */
public abstract class RolloutStep extends Step implements Serializable {
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
