package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Result;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.CanaryFailure;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** {@code canaryGate()}: waits until the phase in force has passed, and takes the canary back when it fails. */
public final class CanaryGateStep extends RolloutStep {
    private static final long serialVersionUID = 1L;

    private String onFail;

    @DataBoundConstructor
    public CanaryGateStep() {}

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
        return new Execution(context, getRollout(), Result.fromString(failed));
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryGate", Messages._CanaryGateStep_displayName(), "rollout", "onFail");
        }

        @RequirePOST
        public ListBoxModel doFillOnFailItems(@AncestorInPath Item item) {
            checkPermission(item);
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.CanaryGateStep_configured(), ""),
                    new ListBoxModel.Option(Messages.CanaryGateStep_failure(), Result.FAILURE.toString()),
                    new ListBoxModel.Option(Messages.CanaryGateStep_unstable(), Result.UNSTABLE.toString()));
        }
    }

    /**
     * Waits until the gate of the phase in force has passed and, where the plan wants it, a person has agreed. A gate that
     * fails takes the canary back first; the step ends when that was read back.
     */
    private static final class Execution extends CanaryExecution {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final Result onFail;
        private int phase = -1;

        Execution(StepContext context, String name, Result onFail) {
            super(context);
            this.name = name;
            this.onFail = onFail;
        }

        @Override
        protected void open() throws Exception {
            openOne(name, "canaryGate");
        }

        @Override
        protected void look(LiveRollout rollout, RolloutState state) throws Exception {
            if (state.isEnded() || state.isPromoted()) {
                ended(rollout);
                return;
            }
            if (phase < 0) {
                phase = state.phase();
            }
            if (state.intent() != null) {
                return;
            }
            Phase current = state.current(rollout.plan());
            if (phase >= 0 && state.phase() > phase) {
                say(rollout.name(), "Gate skipped: the rollout is already in phase " + current.name());
                succeed(rollout.record().data());
            } else if (state.failedGate() != null) {
                rollBack(rollout, state);
            } else if (state.phase() >= 0
                    && state.evidence().gate().passedAt() != 0
                    && (state.people().approved() || current.approval() == null)) {
                succeed(rollout.record().data());
            }
        }

        @Override
        protected boolean isOfOneGate() {
            return true;
        }

        @Override
        protected boolean tolerates(RolloutRecord record) {
            return onFail == Result.UNSTABLE && record.isGateFailed();
        }

        @Override
        protected void warn(CanaryFailure failure) throws IOException, InterruptedException {
            String why = failure.getShortDescription();
            say("WARNING: " + why);
            getContext().get(FlowNode.class).addOrReplaceAction(new WarningAction(Result.UNSTABLE).withMessage(why));
            build().setResult(Result.UNSTABLE);
            build().save();
        }
    }
}
