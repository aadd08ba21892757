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
import java.time.Duration;
import java.util.List;

/**
 * What {@code abort: default} stands for: errors and latency compared with stable by tests that may be looked at every
 * tick. They need no threshold that fits the service, which is why they can be a default.
 */
final class DefaultRules {

    private static final double CONFIDENCE = 0.95;
    /** Of the odds of failing, or of being among the slowest: rates are small and their noise is large. */
    private static final double MORE_ERRORS = 0.25;

    private static final double SLOWER = 0.1;
    /** Of the odds of being among the slowest quarter: those of a version that is a sixth slower, log-normal as usual. */
    private static final double MORE_SLOW = 0.5;

    private DefaultRules() {}

    static List<AbortRule> of(Metrics metrics) {
        return List.of(
                rule(Metric.of("error-rate"), Unit.RATIO, MORE_ERRORS, metrics),
                rule(new Metric("latency", 0.5), Unit.SECONDS, SLOWER, metrics),
                rule(new Metric("latency", 0.99), Unit.SECONDS, SLOWER, metrics),
                rule(new Metric("slow-rate", 0.75), Unit.RATIO, MORE_SLOW, metrics),
                rule(new Metric("slow-rate", 0.99), Unit.RATIO, MORE_ERRORS, metrics));
    }

    private static AbortRule rule(Metric metric, Unit unit, double tolerance, Metrics metrics) {
        Comparison comparison = new Comparison(Direction.INCREASE, tolerance, CONFIDENCE, unit);
        Judge judge = new Judge(Judge.Test.SEQUENTIAL, comparison, CountTest.DEFAULT_FLOOR);
        return AbortRule.when(
                new Criterion(metric, unit, null, null, Versus.by(judge), 0, NoDataPolicy.HOLD, null, metrics.window()),
                Duration.ZERO);
    }
}
