package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What each probe came to last, on each track. */
final class ProbeResults {

    private final Map<String, RolloutStatusResponse.ProbeRow> last = new LinkedHashMap<>();

    void follow(RolloutEvent event) {
        if (event instanceof RolloutEvent.Probed e) {
            ProbeResult r = e.result();
            last.put(
                    r.probe() + "/" + r.track().word(),
                    new RolloutStatusResponse.ProbeRow(
                            r.probe(),
                            r.track().word(),
                            r.outcome(),
                            Sentences.bounded(r.says()),
                            r.requests(),
                            statuses(r),
                            r.latency().get("p95"),
                            e.at()));
        }
    }

    private static String statuses(ProbeResult r) {
        return r.statuses().entrySet().stream()
                .map(s -> s.getValue() + " x " + s.getKey())
                .collect(Collectors.joining(", "));
    }

    /** In the plan's order, those that were not run yet among them. */
    List<RolloutStatusResponse.ProbeRow> rows(CanaryPlan plan) {
        if (plan.probes() == null) {
            return List.of();
        }
        List<RolloutStatusResponse.ProbeRow> rows = new ArrayList<>();
        for (String name : plan.probes().run().keySet()) {
            List<RolloutStatusResponse.ProbeRow> run = last.values().stream()
                    .filter(row -> row.probe().equals(name))
                    .toList();
            rows.addAll(
                    run.isEmpty()
                            ? List.of(
                                    new RolloutStatusResponse.ProbeRow(name, null, null, null, null, null, null, null))
                            : run);
        }
        return rows;
    }
}
