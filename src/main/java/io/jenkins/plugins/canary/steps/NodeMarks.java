package io.jenkins.plugins.canary.steps;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.rollouts.GateVerdicts;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.support.actions.PauseAction;

/** What graph views show on the node of a step that waits for a rollout: a label, a pause, the verdicts. */
final class NodeMarks {

    private final StepContext context;
    private final boolean gate;

    /** @param gate whether the step waits for the gate of one phase, and not for the whole rollout */
    NodeMarks(StepContext context, boolean gate) {
        this.context = context;
        this.gate = gate;
    }

    /** Brings the node up to date. On a worker; one call at a time. */
    void show(LiveRollout rollout, RolloutState state) throws IOException, InterruptedException {
        FlowNode node = context.get(FlowNode.class);
        CanaryPlan plan = rollout.plan();
        node.addOrReplaceAction(new GateVerdicts(rollout));
        Phase phase = state.current(plan);
        if (phase != null && !(gate && node.getAction(LabelAction.class) != null)) {
            node.addOrReplaceAction(new LabelAction(
                    gate
                            ? Messages.NodeMarks_gate(phase.name(), phase.traffic())
                            : Messages.NodeMarks_rollout(rollout.name(), phase.name(), phase.traffic())));
        }
        pause(node, !state.isEnded() && state.status(plan) == Status.AWAITING_APPROVAL, phase);
    }

    private static void pause(FlowNode node, boolean waits, Phase phase) throws IOException {
        if (waits && !PauseAction.isPaused(node)) {
            node.addAction(new PauseAction(Messages.NodeMarks_approval(phase.name())));
            node.save();
        } else if (!waits && PauseAction.isPaused(node)) {
            PauseAction.endCurrentPause(node);
        }
    }
}
