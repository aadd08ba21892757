package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code canaryGate()}: waits until the phase in force has passed, and takes the canary back when it fails. */
public final class CanaryGateStep extends RolloutStep {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public CanaryGateStep() {}

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryGate", Messages._CanaryGateStep_displayName(), "rollout", "onFail");
        }
    }

    /**
     * Waits until the gate of the phase in force has passed and, where the plan wants it, a person has agreed. A gate that
     * fails takes the canary back first; the step ends when that was read back.
     */
    private static final class Execution extends CanaryExecution {
        private static final long serialVersionUID = 1L;

        private final CanaryGateStep step;
        private int phase = -1;

        Execution(StepContext context, CanaryGateStep step) {
            super(context, step);
            this.step = step;
        }

        @Override
        protected void open() throws Exception {
            openOne(step.getRollout(), "canaryGate");
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
        protected int gate(RolloutState state) {
            return phase < 0 ? state.phase() : phase;
        }
    }
}
