package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.plan.query.PromQlRanges;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.time.Duration;

/** Holds too short to have judged anything, and deadlines that leave no room for a single failing check. */
final class HoldLint {

    private HoldLint() {}

    static void lint(CanaryPlan plan, YamlPlaces places) {
        for (int i = 0; i < plan.phases().size(); i++) {
            Phase phase = plan.phases().get(i);
            if (phase.gate().isEmpty()) {
                continue;
            }
            ticks(plan, i, phase, places);
            Duration window = phase.gate().stream()
                    .map(c -> looksBack(c, plan.metrics()))
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            if (!phase.hold().isZero() && phase.hold().compareTo(window) < 0) {
                places.at("phases", i, "hold")
                        .warning(
                                "the hold is shorter than the window of " + Units.print(window)
                                        + ", so the phase is judged by requests from before it began",
                                "hold for longer than the window, at least twice as long is better");
            }
            Duration spare = phase.deadline().minus(phase.hold());
            if (places.has("phases", i, "deadline")
                    && !phase.hold().isZero()
                    && spare.compareTo(plan.metrics().interval().multipliedBy(2)) < 0) {
                places.at("phases", i, "deadline")
                        .warning(
                                "the deadline leaves " + Units.print(spare)
                                        + " beside the hold, so a single failing check, which restarts the hold, fails the phase",
                                "leave the deadline out for three times the hold");
            }
        }
    }

    /** The last phase at 100% may end at once: there is no more traffic to give. One with approval waits for people. */
    private static void ticks(CanaryPlan plan, int i, Phase phase, YamlPlaces places) {
        boolean end = plan.isLast(i) && phase.weight().equals(Weight.FULL);
        Duration interval = plan.metrics().interval();
        if (phase.hold().isZero()
                ? !end && phase.approval() == null
                : phase.hold().compareTo(interval.multipliedBy(2)) < 0) {
            places.at("phases", i, "hold")
                    .warning(
                            phase.hold().isZero()
                                    ? "without a hold the phase passes at its first green tick"
                                    : "a hold of " + Units.print(phase.hold()) + " is shorter than two ticks of "
                                            + Units.print(interval) + ", so one or two green ticks pass the phase",
                            "write hold: 5m, or at least several intervals");
        }
    }

    private static Duration looksBack(Criterion c, Metrics metrics) {
        CustomMetric custom = metrics.custom().get(c.metric().name());
        if (custom == null) {
            return c.window();
        }
        PromQl query = PromQl.parse(custom.query() == null ? "" : custom.query());
        Duration own = query.uses(Placeholders.WINDOW) ? c.window() : Duration.ZERO;
        return PromQlRanges.in(query).stream()
                .map(PromQlRanges.Range::length)
                .reduce(own, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
}
