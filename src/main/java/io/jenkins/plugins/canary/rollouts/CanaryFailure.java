package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.util.Objects;
import jenkins.model.CauseOfInterruption;

/** Why a canary stopped a build, for the log, the build page and the API: names what was checked. */
public final class CanaryFailure extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String rollout;
    private final String outcome;
    private final String reason;
    private final String criterion;
    private final String value;

    /**
     * @param rollout the rollout's name
     * @param outcome in words: {@code was rolled back}
     * @param reason one sentence; names metric, value and threshold where a check failed
     * @param failed the check that failed; null when it was something else
     */
    CanaryFailure(String rollout, String outcome, String reason, FailedCheck failed) {
        this.rollout = rollout;
        this.outcome = outcome;
        this.reason = reason;
        this.criterion = failed == null ? null : failed.criterion();
        this.value = failed == null ? null : failed.value();
    }

    /** Why an open rollout that has just ended did so. */
    public static CanaryFailure of(LiveRollout rollout) {
        RolloutState state = rollout.state();
        return new CanaryFailure(
                rollout.name(),
                words(state.ended().outcome().name(), state.weight().toString()),
                state.ended().reason(),
                rollout.failed());
    }

    /** Why a rollout of a build's record ended. */
    public static CanaryFailure of(RolloutRecord record) {
        return new CanaryFailure(
                record.getName(),
                words(
                        String.valueOf(record.getOutcome()),
                        Weight.ofPercent(record.getWeight()).toString()),
                String.valueOf(record.getReason()),
                null);
    }

    private static String words(String outcome, String weight) {
        return switch (outcome) {
            case "ROLLED_BACK" -> "was rolled back";
            case "FAILED" -> "could not begin";
            case "HELD" -> "ended on hold at " + weight;
            case "PROMOTED" -> "was promoted already";
            default -> "is not under way any more";
        };
    }

    public String getRollout() {
        return rollout;
    }

    public String getReason() {
        return reason;
    }

    /** The criterion with its threshold: {@code error-rate <= 1%}; null when no check failed. */
    public String getCriterion() {
        return criterion;
    }

    /** What was read instead: {@code 12.4%}; null when no check failed. */
    public String getValue() {
        return value;
    }

    @Override
    public String getShortDescription() {
        boolean named = criterion == null || value != null && reason.contains(value);
        return "Canary " + rollout + " " + outcome + ": " + reason
                + (named ? "" : " (" + criterion + (value == null ? "" : ", was " + value) + ")");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CanaryFailure f && rollout.equals(f.rollout) && Objects.equals(reason, f.reason);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rollout, reason);
    }
}
