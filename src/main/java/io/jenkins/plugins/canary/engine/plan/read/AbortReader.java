package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code abort:}, the rules that end a rollout at once. */
record AbortReader(CriterionReader criteria, Metrics metrics) {

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

    static final Section DEFAULTS = Section.of("defaultRules", "What the default rules take for slow.", Map.of(), """
            after  | duration or `0s` | `2m` | New pods warm up: latency and slow requests are not judged for so long after each shift to a new phase. Failures are judged from the start.
            slower | percentage | `40%` | So much slower than stable is no harm, in the median; in p99, of which few requests tell, three and a half times that.
            """);

    static final Section ABORT = Section.of(
            "abortDefault",
            "The default rules, with settings.",
            Map.of("defaultRules", DEFAULTS.type()),
            "default | defaultRules | required, `{ after: 3m }` | Settings of the default rules.");

    private static final double CONFIDENCE = 0.95;
    /** Of the odds of failing, or of being among the slowest: rates are small and their noise is large. */
    private static final double MORE_ERRORS = 0.25;
    /** Of the odds of being among the slowest quarter: those of a version that is a sixth slower, log-normal as usual. */
    private static final double MORE_SLOW = 0.5;

    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;
    /**
     * A quantile of so few requests varies more than the median: p99 of a pod that is 40% slower for good is twice stable's
     * for some minutes.
     */
    private static final double OF_TAIL = 3.5;

    private static final KeyType WORD = KeyType.oneOf(List.of("default"), null);

    /** Rules, among which the default rules may stand; or the default rules alone. */
    static final KeyType TYPE = KeyType.either(null, ruleOrDefault().list(), KeyType.either(null, WORD, ABORT.type()));

    private static KeyType ruleOrDefault() {
        return KeyType.either(null, RULE.type(), KeyType.either(null, WORD, ABORT.type()));
    }

    List<AbortRule> read(YamlNode node) {
        if (isDefault(node) || node.isObject()) {
            return standard(node);
        }
        Map<String, AbortRule> own = new LinkedHashMap<>();
        node.distinct(
                        item -> isDefault(item) || isSettings(item) ? null : rule(RULE.at(item)),
                        AbortRule::label,
                        "this rule is given already: ")
                .forEach(rule -> own.put(rule.label(), rule));
        if (node.isList()) {
            // A rule of the plan's own stands instead of the default one of the same words.
            node.list().stream()
                    .filter(item -> isDefault(item) || isSettings(item))
                    .flatMap(item -> standard(item).stream())
                    .forEach(rule -> own.putIfAbsent(rule.label(), rule));
        }
        return List.copyOf(own.values());
    }

    private static boolean isDefault(YamlNode node) {
        return node.isScalar() && node.scalar().equals("default");
    }

    private static boolean isSettings(YamlNode node) {
        return node.isObject() && node.has("default");
    }

    private List<AbortRule> standard(YamlNode node) {
        MetricsReader.needsSource(metrics, node, "the default rules judge errors and latency, which a source counts");
        YamlObject settings =
                isDefault(node) ? DEFAULTS.empty() : ABORT.at(node).get("default");
        return settings == null ? List.of() : defaults(settings);
    }

    private AbortRule rule(YamlObject o) {
        if (!o.has("consecutiveFailures")) {
            Criterion broken = criteria.unscored().readRule(o);
            Duration sustained = o.getOr("for", Duration.ZERO);
            return broken == null ? null : AbortRule.when(broken, sustained);
        }
        if (o.keys().size() > 1) {
            String remedy = "make two rules of it: '- { consecutiveFailures: 3 }' and one with the other keys";
            o.self().error("consecutiveFailures counts failed ticks of the gate and stands alone", remedy);
        }
        Long inARow = o.get("consecutiveFailures");
        return inARow == null ? null : AbortRule.afterFailures(inARow.intValue());
    }

    /**
     * Errors and latency compared with stable by tests that may be looked at every tick. They need no threshold that fits
     * the service, which is why they can be a default.
     */
    private List<AbortRule> defaults(YamlObject settings) {
        double slower = settings.get("slower");
        Duration after = settings.get("after");
        // As people would write it: 70%, and not 70.00000000000001%.
        double tail = Math.round(1e6 * OF_TAIL * slower) / 1e6;
        return List.of(
                rule(Metric.of("error-rate"), Unit.RATIO, MORE_ERRORS, null, Duration.ZERO),
                rule(new Metric("latency", MEDIAN), Unit.SECONDS, slower, null, after),
                rule(new Metric("latency", TAIL), Unit.SECONDS, tail, null, after),
                rule(new Metric("slow-rate", 0.75), Unit.RATIO, MORE_SLOW, new Versus.Slower(slower, MEDIAN), after),
                rule(new Metric("slow-rate", TAIL), Unit.RATIO, MORE_ERRORS, new Versus.Slower(tail, TAIL), after));
    }

    private AbortRule rule(Metric metric, Unit unit, double tolerance, Versus.Slower slower, Duration after) {
        Comparison comparison = new Comparison(Direction.INCREASE, tolerance, CONFIDENCE, unit);
        Versus by = Versus.by(new Judge(Judge.Test.SEQUENTIAL, comparison, CountTest.DEFAULT_FLOOR))
                .and(slower);
        Versus ofPods = VersusReader.ofPods(by, metric, metrics);
        return AbortRule.when(
                new Criterion(metric, unit, null, null, ofPods, 0, NoDataPolicy.HOLD, null, metrics.window())
                        .after(after),
                Duration.ZERO);
    }
}
