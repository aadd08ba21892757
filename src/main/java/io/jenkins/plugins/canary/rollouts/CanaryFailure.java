package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.CauseOfInterruption;

/** Why a canary stopped a build, for the log, the build page and the API: names what was checked. */
public final class CanaryFailure extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String rollout;
    private final String outcome;
    private final String reason;
    private final String criterion;
    private final String value;

    private CanaryFailure(String rollout, String outcome, String reason, FailedCheck failed) {
        this.rollout = rollout;
        this.outcome = outcome;
        this.reason = reason;
        this.criterion = failed == null ? null : failed.criterion();
        this.value = failed == null ? null : failed.value();
    }

    public static CanaryFailure of(LiveRollout rollout) {
        return of(rollout.record(), rollout.failed());
    }

    public static CanaryFailure of(RolloutRecord record) {
        return of(record, null);
    }

    private static CanaryFailure of(RolloutRecord record, FailedCheck failed) {
        String outcome = words(String.valueOf(record.getOutcome()), Weight.ofPercent(record.getWeight()));
        return new CanaryFailure(record.getName(), outcome, String.valueOf(record.getReason()), failed);
    }

    private static String words(String outcome, Weight weight) {
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

    /**
     * The check that ended a rollout.
     *
     * @param criterion with its threshold: {@code error-rate <= 1%}
     * @param value what was read, in the metric's unit
     */
    record FailedCheck(String criterion, String value) {

        /** Looks for it in events written together: the tick stands before what was decided on it. Null when it is not there. */
        static FailedCheck in(CanaryPlan plan, List<RolloutEvent> events) {
            boolean decided = events.stream()
                    .anyMatch(e -> e instanceof RolloutEvent.RollbackIntended || e instanceof RolloutEvent.GateFailed);
            if (!decided) {
                return null;
            }
            for (RolloutEvent event : events) {
                if (event instanceof RolloutEvent.Ticked ticked) {
                    return Stream.concat(ticked.abort().stream(), ticked.gate().stream())
                            .filter(c -> c.outcome() == CheckOutcome.FAIL && c.value() != null)
                            .findFirst()
                            .map(c -> new FailedCheck(c.criterion(), print(plan, ticked.phase(), c)))
                            .orElse(null);
                }
            }
            return null;
        }

        private static String print(CanaryPlan plan, int phase, Check check) {
            Stream<Criterion> rules =
                    plan.abort().stream().map(AbortRule::criterion).filter(c -> c != null);
            Stream<Criterion> gate = phase < 0 ? Stream.empty() : plan.phases().get(phase).gate().stream();
            return Stream.concat(rules, gate)
                    .filter(c -> c.label().equals(check.criterion()))
                    .findFirst()
                    .map(c -> Units.print(check.value(), c.unit()))
                    .orElse(String.valueOf(check.value()));
        }
    }
}
