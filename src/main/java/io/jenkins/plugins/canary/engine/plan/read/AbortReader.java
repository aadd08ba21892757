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
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;

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

    private static final double CONFIDENCE = 0.95;
    /** Of the odds of failing, or of being among the slowest: rates are small and their noise is large. */
    private static final double MORE_ERRORS = 0.25;

    private static final double SLOWER = 0.1;
    /** Of the odds of being among the slowest quarter: those of a version that is a sixth slower, log-normal as usual. */
    private static final double MORE_SLOW = 0.5;

    List<AbortRule> read(YamlNode node) {
        if (!node.isScalar() || !node.scalar().equals("default")) {
            return node.distinct(item -> rule(RULE.at(item)), AbortRule::label, "this rule is given already: ");
        }
        MetricsReader.needsSource(metrics, node, "the default rules judge errors and latency, which a source counts");
        return defaults();
    }

    private AbortRule rule(YamlObject o) {
        if (!o.has("consecutiveFailures")) {
            Criterion broken = criteria.read(o);
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
    private List<AbortRule> defaults() {
        return List.of(
                sequential(Metric.of("error-rate"), Unit.RATIO, MORE_ERRORS),
                sequential(new Metric("latency", 0.5), Unit.SECONDS, SLOWER),
                sequential(new Metric("latency", 0.99), Unit.SECONDS, SLOWER),
                sequential(new Metric("slow-rate", 0.75), Unit.RATIO, MORE_SLOW),
                sequential(new Metric("slow-rate", 0.99), Unit.RATIO, MORE_ERRORS));
    }

    private AbortRule sequential(Metric metric, Unit unit, double tolerance) {
        Comparison comparison = new Comparison(Direction.INCREASE, tolerance, CONFIDENCE, unit);
        Versus by = Versus.by(new Judge(Judge.Test.SEQUENTIAL, comparison, CountTest.DEFAULT_FLOOR));
        return AbortRule.when(
                new Criterion(metric, unit, null, null, by, 0, NoDataPolicy.HOLD, null, metrics.window()),
                Duration.ZERO);
    }
}
