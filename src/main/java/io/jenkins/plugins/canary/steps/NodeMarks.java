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

    /** The step waits for the whole rollout, not for the gate of one phase. */
    static final int NO_GATE = -1;

    private final StepContext context;
    private final int gate;

    /** @param gate index of the phase whose gate the step waits for, or {@link #NO_GATE} */
    NodeMarks(StepContext context, int gate) {
        this.context = context;
        this.gate = gate;
    }

    /** Brings the node up to date. On a worker; one call at a time. */
    void show(LiveRollout rollout, RolloutState state) throws IOException, InterruptedException {
        FlowNode node = context.get(FlowNode.class);
        CanaryPlan plan = rollout.plan();
        node.addOrReplaceAction(new GateVerdicts(rollout));
        Phase phase = state.current(plan);
        boolean pending = !state.isEnded() && state.status(plan) == Status.AWAITING_APPROVAL;
        if (phase != null && (gate == NO_GATE || gate == state.phase())) {
            label(node, label(rollout, phase, pending));
        }
        pause(node, pending, phase);
    }

    private static void label(FlowNode node, String text) {
        LabelAction shown = node.getAction(LabelAction.class);
        if (shown == null || !text.equals(shown.getDisplayName())) {
            node.addOrReplaceAction(new LabelAction(text));
        }
    }

    /** Not every view shows a pause that is not of the {@code input} step; every view shows the label. */
    private String label(LiveRollout rollout, Phase phase, boolean pending) {
        if (gate == NO_GATE) {
            return pending
                    ? Messages.NodeMarks_rolloutPending(rollout.name(), phase.name(), phase.traffic())
                    : Messages.NodeMarks_rollout(rollout.name(), phase.name(), phase.traffic());
        }
        return pending
                ? Messages.NodeMarks_gatePending(phase.name(), phase.traffic())
                : Messages.NodeMarks_gate(phase.name(), phase.traffic());
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
