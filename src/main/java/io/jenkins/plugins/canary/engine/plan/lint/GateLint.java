package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.List;
import java.util.Set;

/** Gates that judge nothing, and criteria whose keys work against each other. */
final class GateLint {

    /** What grows with the weight, so that the tracks differ even when both versions are equally good. */
    private static final Set<BuiltInMetric> AMOUNTS = Set.of(
            BuiltInMetric.ERRORS, BuiltInMetric.REQUESTS, BuiltInMetric.REQUEST_RATE, BuiltInMetric.THROUGHPUT_SHARE);

    private static final Set<BuiltInMetric> ERROR_SHARES =
            Set.of(BuiltInMetric.SUCCESS_RATE, BuiltInMetric.ERROR_RATE, BuiltInMetric.FIVE_XX_RATE);

    private GateLint() {}

    static void lint(CanaryPlan plan, List<PlacedCriterion> judged, YamlPlaces places) {
        boolean shared = false;
        for (int i = 0; i < plan.phases().size(); i++) {
            boolean own = places.has("phases", i, "gate");
            if (plan.phases().get(i).gate().isEmpty()) {
                places.at("phases", i, "gate")
                        .warning(
                                "the gate is empty, so the phase passes whatever the canary does",
                                own ? "add criteria, or remove it for the plan's gate" : "add criteria to gate");
            }
            shared |= !own;
        }
        if (!shared && places.has("gate")) {
            places.at("gate")
                    .warning(
                            "every phase has a gate of its own, so this one is never looked at",
                            "remove it, or the gates of the phases that it is meant for");
        }
        for (PlacedCriterion j : judged) {
            amounts(j);
            enoughRequests(j);
            noData(j);
        }
    }

    private static void amounts(PlacedCriterion j) {
        BuiltInMetric metric =
                BuiltInMetric.named(j.criterion().metric().name()).orElse(null);
        if (j.criterion().versus() != null && metric != null && AMOUNTS.contains(metric)) {
            j.at("versusStable")
                    .warning(
                            metric.word() + " grows with the weight, so canary and stable always differ",
                            "compare a rate such as error-rate or latency");
        }
    }

    private static void enoughRequests(PlacedCriterion j) {
        Criterion c = j.criterion();
        BuiltInMetric metric = BuiltInMetric.named(c.metric().name()).orElse(null);
        if (c.minRequests() == 0 || metric == null) {
            return;
        }
        if (metric == BuiltInMetric.LATENCY && c.minRequests() * (1 - c.metric().quantile()) < 1 - 1e-9) {
            j.at("minRequests")
                    .warning(
                            "with fewer than "
                                    + (long) Math.ceil(1 / (1 - c.metric().quantile()) - 1e-9) + " requests, "
                                    + c.metric().label() + " is the single slowest one",
                            "raise minRequests, or judge a lower quantile");
        }
        Double allowed =
                metric == BuiltInMetric.SUCCESS_RATE ? (c.min() == null ? null : Double.valueOf(1 - c.min())) : c.max();
        if (ERROR_SHARES.contains(metric)
                && allowed != null
                && allowed > 0
                && 1.0 / c.minRequests() > allowed + 1e-12) {
            j.at("minRequests")
                    .warning(
                            "one error in " + c.minRequests() + " requests is "
                                    + Units.print(1.0 / c.minRequests(), Unit.RATIO)
                                    + ", which breaks this criterion already",
                            "raise minRequests to " + (long) Math.ceil(1 / allowed - 1e-9) + " or more");
        }
    }

    private static void noData(PlacedCriterion j) {
        if (j.criterion().noDataDeadline() != null && j.criterion().onNoData() != NoDataPolicy.HOLD) {
            j.at("noDataDeadline")
                    .warning("noDataDeadline ends a hold, and onNoData is not hold here", "remove one of the two");
        }
    }
}
