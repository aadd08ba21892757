package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.time.Duration;
import java.util.List;

/** Abort rules that are missing, or fire in other cases than they seem to. */
final class AbortLint {

    private AbortLint() {}

    static void lint(CanaryPlan plan, List<PlacedCriterion> judged, YamlPlaces places) {
        if (plan.abort().isEmpty()) {
            places.at("abort")
                    .warning(
                            "there are no abort rules, so a bad canary keeps its traffic until the deadline",
                            "add abort: [ { metric: success-rate, min: 95% } ] or the like");
        }
        for (PlacedCriterion rule : judged) {
            if (rule.rule() == null) {
                continue;
            }
            judged.stream().filter(g -> g.rule() == null).forEach(g -> beforeTheGate(rule, g.criterion()));
            Duration sustained = rule.rule().sustained();
            if (!sustained.isZero() && sustained.compareTo(plan.metrics().interval()) < 0) {
                rule.at("for")
                        .warning(
                                "'for' is shorter than the time between two ticks, "
                                        + Units.print(plan.metrics().interval()) + ", so it cannot be told",
                                "leave it out to abort at once, or write several intervals");
            }
        }
        for (int i = 0; i < plan.abort().size(); i++) {
            oneBurst(plan, i, places);
        }
    }

    /** Only rules that fire at once: a tighter bound that must be broken for a while is another thing. */
    private static void beforeTheGate(PlacedCriterion rule, Criterion gate) {
        Criterion abort = rule.criterion();
        if (!rule.rule().sustained().isZero()
                || !abort.metric().equals(gate.metric())
                || !abort.window().equals(gate.window())) {
            return;
        }
        if (abort.min() != null && gate.min() != null && abort.min() > gate.min()) {
            rule.at("min")
                    .warning(
                            "aborts below " + Units.print(abort.min(), abort.unit())
                                    + " although a gate still passes at " + Units.print(gate.min(), gate.unit()),
                            "write an abort bound below the gate's");
        }
        if (abort.max() != null && gate.max() != null && abort.max() < gate.max()) {
            rule.at("max")
                    .warning(
                            "aborts above " + Units.print(abort.max(), abort.unit())
                                    + " although a gate still passes at " + Units.print(gate.max(), gate.unit()),
                            "write an abort bound above the gate's");
        }
    }

    /** Each tick looks back over a window, so neighbouring ticks see the same requests. */
    private static void oneBurst(CanaryPlan plan, int i, YamlPlaces places) {
        AbortRule rule = plan.abort().get(i);
        Duration interval = plan.metrics().interval();
        Duration window = plan.phases().stream()
                .flatMap(p -> p.gate().stream())
                .map(Criterion::window)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        long seenBy = window.toMillis() / interval.toMillis();
        if (rule.consecutiveFailures() > 1 && rule.consecutiveFailures() <= seenBy) {
            places.at("abort", i, "consecutiveFailures")
                    .warning(
                            "one burst of errors stays in a window of "
                                    + Units.print(window) + " for " + seenBy + " ticks of " + Units.print(interval)
                                    + ", so "
                                    + rule.consecutiveFailures() + " failures in a row may be one burst",
                            "write " + (seenBy + 1) + " or more, or a longer interval");
        }
    }
}
