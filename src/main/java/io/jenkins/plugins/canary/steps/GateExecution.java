package io.jenkins.plugins.canary.steps;

import hudson.model.Result;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.CanaryFailure;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Waits until the gate of the phase in force has passed and, where the plan wants it, a person has agreed. A gate that
 * fails takes the canary back first; the step ends when that was read back.
 */
final class GateExecution extends CanaryExecution {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final Result onFail;
    private String id;
    private int phase = -1;

    GateExecution(StepContext context, String name, Result onFail) {
        super(context);
        this.name = name;
        this.onFail = onFail;
    }

    @Override
    protected void open() throws Exception {
        Optional<RolloutRecord> meanwhile = endedMeanwhile(id);
        if (meanwhile.isPresent()) {
            ended(meanwhile.get());
            return;
        }
        LiveRollout rollout =
                id == null ? null : RolloutManager.get().find(build(), id).orElse(null);
        if (rollout == null) {
            rollout = openRollout(name, "canaryGate");
        }
        if (id == null) {
            id = rollout.id();
            // After a restart the step must find this very rollout, however it ended.
            getContext().saveState().get(1, TimeUnit.MINUTES);
        }
        follow(rollout);
    }

    @Override
    protected void look(LiveRollout rollout, RolloutState state) throws Exception {
        if (state.isEnded() || state.isPromoted()) {
            ended(rollout, state);
            return;
        }
        if (phase < 0) {
            phase = state.phase();
        }
        if (state.intent() != null) {
            return;
        }
        if (phase >= 0 && state.phase() > phase) {
            say("[canary " + rollout.name() + "] Gate skipped: the rollout is already in phase "
                    + state.current(rollout.plan()).name());
            succeed(RolloutData.of(rollout));
        } else if (state.failedGate() != null) {
            rollBack(rollout, state);
        } else if (state.phase() >= 0
                && state.evidence().gate().passedAt() != 0
                && (state.people().approved() || state.current(rollout.plan()).approval() == null)) {
            succeed(RolloutData.of(rollout));
        }
    }

    private void ended(LiveRollout rollout, RolloutState state) throws IOException, InterruptedException {
        if (state.isPromoted()) {
            succeed(RolloutData.of(rollout));
        } else if (onFail == Result.UNSTABLE
                && state.ended().reason().equals(state.evidence().gateFailure())) {
            rollout.claimEnd();
            warn(CanaryFailure.of(rollout));
            succeed(RolloutData.of(rollout));
        } else {
            failEnded(rollout);
        }
    }

    /** It ended while the controller was away. */
    private void ended(RolloutRecord record) throws IOException, InterruptedException {
        if (Outcome.PROMOTED.name().equals(record.getOutcome())) {
            succeed(RolloutData.of(record));
        } else if (onFail == Result.UNSTABLE && record.isGateFailed()) {
            record.claimEnd();
            warn(CanaryFailure.of(record));
            succeed(RolloutData.of(record));
        } else {
            failEnded(record);
        }
    }

    private void warn(CanaryFailure failure) throws IOException, InterruptedException {
        String why = failure.getShortDescription();
        say("WARNING: " + why);
        getContext().get(FlowNode.class).addOrReplaceAction(new WarningAction(Result.UNSTABLE).withMessage(why));
        build().setResult(Result.UNSTABLE);
        build().save();
    }
}
