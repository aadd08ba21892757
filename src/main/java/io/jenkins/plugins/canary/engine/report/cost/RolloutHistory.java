package io.jenkins.plugins.canary.engine.report.cost;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.report.DoraMetrics;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What past rollouts add up to. Rollouts that were left on hold, or could not begin, are no deployments.
 *
 * @param deployments promoted or rolled back
 * @param falseStops rolled back, and the same version of the same plan was promoted later: it was good after all
 * @param days from the first start to the last end
 * @param deploymentsAMonth of 30 days; a history of less than a month counts as a month
 * @param meanDetectMinutes null when no rollout tells; likewise the next
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RolloutHistory(
        int deployments,
        int promoted,
        int rolledBack,
        int falseStops,
        double days,
        double deploymentsAMonth,
        Double meanDetectMinutes,
        Double meanRestoreMinutes) {

    /** Below that, shares of them say next to nothing. */
    public static final int ENOUGH = DoraMetrics.ENOUGH;

    private static final double MONTH = 30;

    public static RolloutHistory of(List<PastRollout> all) {
        List<PastRollout> counted = all.stream()
                .filter(r -> r.outcome() == Outcome.PROMOTED || r.outcome() == Outcome.ROLLED_BACK)
                .toList();
        List<PastRollout> back =
                counted.stream().filter(r -> r.outcome() == Outcome.ROLLED_BACK).toList();
        long from = counted.stream().mapToLong(r -> r.times().startedAt()).min().orElse(0);
        long to = counted.stream().mapToLong(r -> r.times().endedAt()).max().orElse(0);
        double days = (to - from) / (double) Duration.ofDays(1).toMillis();
        int falseStops =
                (int) back.stream().filter(r -> promotedLater(r, counted)).count();
        return new RolloutHistory(
                counted.size(),
                counted.size() - back.size(),
                back.size(),
                falseStops,
                days,
                counted.size() * MONTH / Math.max(MONTH, days),
                mean(back.stream().map(r -> r.times().detectMillis()).toList()),
                mean(back.stream().map(r -> r.times().restoreMillis()).toList()));
    }

    private static boolean promotedLater(PastRollout r, List<PastRollout> all) {
        return r.version() != null
                && all.stream()
                        .anyMatch(p -> p.outcome() == Outcome.PROMOTED
                                && p.times().startedAt() >= r.times().endedAt()
                                && p.name().equals(r.name())
                                && Objects.equals(p.version(), r.version()));
    }

    private static Double mean(List<Long> millis) {
        List<Long> known = millis.stream().filter(m -> m >= 0).toList();
        return known.isEmpty()
                ? null
                : known.stream().mapToLong(m -> m).average().orElse(0) / 60_000;
    }

    @JsonIgnore
    public boolean isEnough() {
        return deployments >= ENOUGH;
    }

    /** The model with what this history shows in place of its figures for dynamic weights; too few rollouts change nothing. */
    public CostModel into(CostModel model) {
        if (!isEnough()) {
            return model;
        }
        double restoreMinutes = meanRestoreMinutes == null ? model.dynamic().restoreMinutes() : meanRestoreMinutes;
        double all = deployments;
        Strategy dynamic = new Strategy(rolledBack / all, restoreMinutes, falseStops / all);
        return model.withDeployments(deploymentsAMonth).with(model.fixed(), dynamic);
    }
}
