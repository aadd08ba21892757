package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.List;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryPromote()}: on to the next phase; {@code canaryPromote(to: 100)}: on to the end of the rollout. */
public final class CanaryPromoteStep extends RolloutStep {
    private static final long serialVersionUID = 1L;

    private Double to;
    private boolean override;
    private String reason;

    @DataBoundConstructor
    public CanaryPromoteStep() {}

    public Double getTo() {
        return to;
    }

    /**
     * Weight of the phase to go to, in percent; null for the next one. Leads through the phases on the way and their gates,
     * 100 to the promotion.
     */
    @DataBoundSetter
    public void setTo(Double to) {
        this.to = to;
    }

    public boolean isOverride() {
        return override;
    }

    @DataBoundSetter
    public void setOverride(boolean override) {
        this.override = override;
    }

    public String getReason() {
        return reason;
    }

    @DataBoundSetter
    public void setReason(String reason) {
        this.reason = Util.fixEmptyAndTrim(reason);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryPromote", Messages._CanaryPromoteStep_displayName(), "to", "rollout", "reason");
        }
    }

    /**
     * Asks for a later phase, or for the promotion, and waits until it was read back. The whole way to the promotion leads
     * through the last phase, whose gate must pass too.
     */
    private static final class Execution extends CanaryExecution {
        private static final long serialVersionUID = 1L;

        private final CanaryPromoteStep step;
        /** Index of the phase wanted, the number of phases for the promotion; -1 until that is known. */
        private int target = -1;

        Execution(StepContext context, CanaryPromoteStep step) {
            super(context, step);
            this.step = step;
        }

        @Override
        protected void open() throws Exception {
            openOne(step.getRollout(), "canaryPromote");
        }

        @Override
        protected void look(LiveRollout rollout, RolloutState state) throws Exception {
            if (state.isEnded() || state.isPromoted()) {
                ended(rollout);
                return;
            }
            RolloutRecord record = record(rollout);
            if (target < 0) {
                target = target(rollout.plan(), record);
                // A restart after the command must not count the phases anew.
                saveState();
            }
            if (state.phase() >= target && state.intent() == null) {
                record.pipelinePhase(target);
                // The next step counts from there, also after a crash.
                build().save();
                succeed(rollout.record().data());
            } else if (state.failedGate() != null) {
                rollBack(rollout, state);
            } else if (state.intent() == null && state.people().wanted() < target) {
                ask(rollout, record);
            }
        }

        private void ask(LiveRollout rollout, RolloutRecord record) throws Exception {
            try {
                command(rollout, new Input.Advance(target, StartRequest.pipeline(build()), step.override, step.reason));
                record.pipelinePhase(Math.min(target, rollout.plan().phases().size() - 1));
            } catch (CommandRefused e) {
                throw new AbortException("the rollout " + rollout.name() + " cannot be promoted: " + e.getMessage());
            }
        }

        private RolloutRecord record(LiveRollout rollout) throws Exception {
            return RolloutsAction.find(build(), rollout.id())
                    .orElseThrow(() -> new AbortException(
                            "the rollout " + rollout.id() + " is not in this build's record any more"));
        }

        private int target(CanaryPlan plan, RolloutRecord record) throws AbortException {
            List<Phase> phases = plan.phases();
            if (step.to == null) {
                return Math.min(record.pipelinePhase() + 1, phases.size());
            }
            Weight wanted = weight();
            if (wanted.equals(Weight.FULL)) {
                return phases.size();
            }
            List<Weight> weights = phases.stream().map(Phase::weight).toList();
            int found = weights.indexOf(wanted);
            if (found < 0) {
                String known = weights.stream().map(Weight::toString).collect(Collectors.joining(", "));
                throw new AbortException("the plan has no phase of " + wanted + ": it has " + known
                        + "; write one of these, or leave out 'to' for the next phase");
            }
            if (found <= record.pipelinePhase()) {
                throw new AbortException("canaryPromote to: " + wanted + " leads back: the pipeline is at "
                        + weights.get(record.pipelinePhase()) + " already; take the canary back with"
                        + " canaryRollback, or leave out 'to' for the next phase");
            }
            return found;
        }

        private Weight weight() throws AbortException {
            try {
                return Weight.ofPercent(step.to);
            } catch (IllegalArgumentException e) {
                throw new AbortException("canaryPromote to: " + e.getMessage());
            }
        }
    }
}
