package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** Probes that a rollout never runs: their {@code every} looks like a clock, and only what needs a probe has it asked. */
final class ProbeLint {

    private ProbeLint() {}

    static void lint(CanaryPlan plan, YamlPlaces places) {
        if (plan.probes() == null) {
            return;
        }
        int ticked = plan.aftercare() == null ? plan.phases().size() : plan.afterwards() + 1;
        Set<String> needed = new HashSet<>();
        IntStream.range(0, ticked)
                .mapToObj(plan::queries)
                .flatMap(Set::stream)
                .map(MetricQuery::metric)
                .map(metric -> metric.probe())
                .filter(Objects::nonNull)
                .forEach(needed::add);
        for (String name : plan.probes().run().keySet()) {
            if (!needed.contains(name)) {
                places.at("probes", "run", name)
                        .warning(
                                "the rollout does not run this probe by itself: no gate, abort rule or checklist needs it",
                                "write { probe: " + name
                                        + " } in one of them, or run it with the step canaryProbe or './canary probe'");
            }
        }
    }
}
