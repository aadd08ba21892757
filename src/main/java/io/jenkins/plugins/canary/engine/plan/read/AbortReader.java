package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code abort:}, the rules that end a rollout at once. */
final class AbortReader {

    static final Section RULE = CriterionReader.rules(
            Section.of(
                    "abortRule",
                    "A criterion that must not be broken, or a number of failed ticks in a row.",
                    CriterionReader.TYPES,
                    CriterionReader.ROWS,
                    """
                    for                 | duration       | at once | How long the criterion must be broken, tick after tick, before the rule fires.
                    consecutiveFailures | whole 1..10000 | none    | Stands alone: so many ticks in a row with a failing check in the phase's gate.
                    """),
            "{'required': ['consecutiveFailures'], 'maxProperties': 1}");

    private final CriterionReader criteria;
    private final Metrics metrics;

    AbortReader(CriterionReader criteria, Metrics metrics) {
        this.criteria = criteria;
        this.metrics = metrics;
    }

    List<AbortRule> read(YamlNode node) {
        if (node.isScalar() && node.scalar().equals("default")) {
            if (metrics.source() == null) {
                node.error(
                        "the default rules judge errors and latency, which a source counts, and the plan has none",
                        "add metrics.prometheus or metrics.scrape");
            }
            return DefaultRules.of(metrics);
        }
        List<AbortRule> rules = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        for (YamlNode item : node.list()) {
            AbortRule rule = rule(RULE.at(item));
            if (rule != null && !labels.add(rule.label())) {
                item.error("this rule is given already: " + rule.label(), "keep one of them");
            }
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private AbortRule rule(YamlObject o) {
        if (!o.has("consecutiveFailures")) {
            Criterion broken = criteria.read(o);
            Duration sustained = o.getOr("for", Duration.ZERO);
            return broken == null ? null : AbortRule.when(broken, sustained);
        }
        if (o.keys().size() > 1) {
            o.self()
                    .error(
                            "consecutiveFailures counts failed ticks of the gate and stands alone",
                            "make two rules of it: '- { consecutiveFailures: 3 }' and one with the other keys");
        }
        Long inARow = o.get("consecutiveFailures");
        return inARow == null ? null : AbortRule.afterFailures(inARow.intValue());
    }
}
