package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A Prometheus server knows both versions: without labels, built-in metrics could not tell the canary from the stable. */
final class TrackLabels {

    private static final String MATCHER =
            "\\s*[A-Za-z_:][A-Za-z0-9_:]*\\s*(=|!=|=~|!~)\\s*(\"[^\"]*\"|'[^']*'|`[^`]*`)\\s*";

    static final KeyType MATCHERS =
            KeyType.string("label matchers without braces", "^" + MATCHER + "(," + MATCHER + ")*$", null);

    private TrackLabels() {}

    /** @param label for the example */
    static Section keys(String name, String label) {
        return Section.of(
                name, "What selects each version's series.", Map.of("matchers", MATCHERS), """
                canary | matchers | required, `'LABEL"..."'` | The canary's series, such as `version="{{version}}"`.
                stable | matchers | required, `'LABEL"..."'` | The stable version's series, such as `version!="{{version}}"`.
                """.replace("LABEL", label));
    }

    static void check(CanaryPlan plan, YamlPlaces places) {
        if (!(plan.metrics().source() instanceof SourceSettings.Prometheus) || places.has("metrics", "labels")) {
            return;
        }
        Stream<Criterion> gates = plan.phases().stream().flatMap(p -> p.gate().stream());
        Stream<Criterion> rules = rules(plan.abort());
        Stream<Criterion> proofs = plan.proven().stream().map(Checklist.Item::proof);
        Stream<Criterion> watched = plan.watch() == null
                ? Stream.of()
                : Stream.concat(
                        plan.watch().criteria().stream(), rules(plan.watch().abort()));
        Stream.of(gates, rules, proofs, watched)
                .flatMap(s -> s)
                .filter(c -> ofTracks(c, plan.metrics()))
                .findFirst()
                .ifPresent(c -> places.at("metrics")
                        .error(
                                "labels are missing, so " + c.metric().label()
                                        + " would be read from both versions together",
                                "add labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }"));
    }

    private static Stream<Criterion> rules(List<AbortRule> abort) {
        return abort.stream().map(AbortRule::criterion).filter(Objects::nonNull);
    }

    private static boolean ofTracks(Criterion c, Metrics metrics) {
        return metrics.set(c.metric().name())
                .map(s -> !s.exporter().isShared() && s.labels().isEmpty())
                .orElseGet(() -> builtIn(c));
    }

    private static boolean builtIn(Criterion c) {
        return c.minRequests() > 0 || BuiltInMetric.named(c.metric().name()).isPresent();
    }
}
