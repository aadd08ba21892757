package io.jenkins.plugins.canary.engine.rollout;

/** What is said of criteria and rules that decide nothing. */
public interface GateEvent extends RolloutEvent {

    /**
     * A criterion that decides nothing failed for the first time in its phase, or an abort rule that ends nothing would have
     * fired for the first time; decides nothing.
     *
     * @param rule whether it is an abort rule
     * @param afterMillis since the rollout began
     */
    record DryRunFailed(long at, int phase, @Needed String criterion, boolean rule, String reason, long afterMillis)
            implements GateEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.dryRunFailed(this);
        }
    }
}
