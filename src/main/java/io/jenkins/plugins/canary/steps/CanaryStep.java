package io.jenkins.plugins.canary.steps;

import hudson.Util;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.GateFailure;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.kohsuke.stapler.DataBoundSetter;

/** A step that says what becomes of the build when it fails. Its execution keeps it, also through a restart. */
public abstract class CanaryStep extends Step implements Serializable {
    private static final long serialVersionUID = 1L;

    private String onFail;

    public String getOnFail() {
        return onFail;
    }

    /**
     * What becomes of the build when the step fails: {@code FAILURE} fails the step, {@code UNSTABLE} lets the pipeline go
     * on; null for {@code FAILURE}, and for what is configured when a gate failed.
     *
     * @throws IllegalArgumentException when it is neither
     */
    @DataBoundSetter
    public void setOnFail(String onFail) {
        String given = Util.fixEmptyAndTrim(onFail);
        if (given != null
                && Arrays.stream(GateFailure.values()).noneMatch(f -> f.name().equals(given))) {
            throw new IllegalArgumentException("onFail is FAILURE or UNSTABLE, not " + given);
        }
        this.onFail = given;
    }

    /**
     * Marks the build unstable and returns, when the pipeline goes on although the step failed.
     *
     * @throws StepFailure the same, when it does not
     */
    final void tolerate(StepFailure failure, StepContext context) throws IOException, InterruptedException {
        if (result(failure) == GateFailure.FAILURE) {
            throw failure;
        }
        String why = failure.getMessage();
        context.get(FlowNode.class).addOrReplaceAction(new WarningAction(Result.UNSTABLE).withMessage(why));
        context.get(TaskListener.class).getLogger().println("WARNING: " + why.replaceAll("\\R", " "));
        Run<?, ?> build = context.get(Run.class);
        build.setResult(Result.UNSTABLE);
        build.save();
    }

    private GateFailure result(StepFailure failure) {
        if (onFail != null) {
            return GateFailure.valueOf(onFail);
        }
        return failure.isOfGate() ? CanaryConfiguration.get().getGateFailure() : GateFailure.FAILURE;
    }
}
