package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Asks for a later phase, or for the promotion, and waits until it was read back. The whole way to the promotion leads
 * through the last phase, whose gate must pass too.
 */
final class PromoteExecution extends CanaryExecution {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final Double to;
    private final boolean override;
    private final String reason;
    private String id;
    /** Index of the phase wanted, the number of phases for the promotion; -1 until that is known. */
    private int target = -1;

    /**
     * @param name null when the build has only one rollout
     * @param to weight in percent; null for the next phase
     * @param reason null when none is given
     */
    PromoteExecution(StepContext context, String name, Double to, boolean override, String reason) {
        super(context);
        this.name = name;
        this.to = to;
        this.override = override;
        this.reason = reason;
    }

    @Override
    protected void open() throws Exception {
        Optional<RolloutRecord> meanwhile = endedMeanwhile(id);
        if (meanwhile.isPresent()) {
            if (Outcome.PROMOTED.name().equals(meanwhile.get().getOutcome())) {
                succeed(RolloutData.of(meanwhile.get()));
            } else {
                failEnded(meanwhile.get());
            }
            return;
        }
        LiveRollout rollout =
                id == null ? null : RolloutManager.get().find(build(), id).orElse(null);
        if (rollout == null) {
            rollout = openRollout(name, "canaryPromote");
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
            if (state.isPromoted()) {
                succeed(RolloutData.of(rollout));
            } else {
                failEnded(rollout);
            }
            return;
        }
        if (target < 0) {
            target = target(rollout.plan(), record());
            // A restart after the command must not count the phases anew.
            getContext().saveState().get(1, TimeUnit.MINUTES);
        }
        if (state.phase() >= target && state.intent() == null) {
            record().pipelinePhase(target);
            succeed(RolloutData.of(rollout));
        } else if (state.failedGate() != null) {
            rollBack(rollout, state);
        } else if (state.intent() == null && state.people().wanted() < target) {
            ask(rollout);
        }
    }

    private void ask(LiveRollout rollout) throws Exception {
        try {
            command(rollout, new Input.Advance(target, StartRequest.by(build()), override, reason));
            record().pipelinePhase(Math.min(target, rollout.plan().phases().size() - 1));
        } catch (CommandRefused e) {
            throw new AbortException("the rollout " + rollout.name() + " cannot be promoted: " + e.getMessage());
        }
    }

    private RolloutRecord record() throws Exception {
        return RolloutsAction.of(build())
                .flatMap(a -> a.find(id))
                .orElseThrow(() -> new AbortException("the rollout " + id + " is not in this build's record any more"));
    }

    private int target(CanaryPlan plan, RolloutRecord record) throws AbortException {
        int size = plan.phases().size();
        if (to == null) {
            return Math.min(record.pipelinePhase() + 1, size);
        }
        Weight wanted = weight();
        if (wanted.equals(Weight.FULL)) {
            return size;
        }
        List<Phase> phases = plan.phases();
        for (int i = 0; i < size; i++) {
            if (phases.get(i).weight().equals(wanted)) {
                if (i <= record.pipelinePhase()) {
                    throw new AbortException("canaryPromote to: " + wanted + " leads back: the pipeline is at "
                            + phases.get(record.pipelinePhase()).weight() + " already; take the canary back with"
                            + " canaryRollback, or leave out 'to' for the next phase");
                }
                return i;
            }
        }
        throw new AbortException("the plan has no phase of " + wanted + ": it has "
                + phases.stream().map(p -> p.weight().toString()).collect(Collectors.joining(", "))
                + "; write one of these, or leave out 'to' for the next phase");
    }

    private Weight weight() throws AbortException {
        try {
            return Weight.ofPercent(to);
        } catch (IllegalArgumentException e) {
            throw new AbortException("canaryPromote to: " + e.getMessage());
        }
    }
}
