package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.Failures;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.stream.Stream;

/** Reads {@code versusStable:}: fixed limits, or a test. */
final class VersusReader {

    private static final List<String> LIMITS = List.of("maxIncrease", "maxDecrease");
    private static final List<String> OF_TESTS = List.of("tolerance", "confidence", "direction", "floor");

    private final Metrics metrics;

    VersusReader(Metrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Null after reporting when nothing can be made of it.
     *
     * @param metric null when it is broken, which has been reported
     */
    Versus read(YamlNode node, Metric metric, Unit unit) {
        YamlObject o = Section.VERSUS_STABLE.at(node);
        if (o.has("test")) {
            return test(o, metric, unit);
        }
        Stream.concat(OF_TESTS.stream(), RanksReader.KEYS.stream())
                .filter(o::has)
                .forEach(key -> o.key(key)
                        .error(
                                key + " belongs to a test, and none is named",
                                "add test: mannWhitney, counts or sequential"));
        return limits(node, o);
    }

    private static Versus limits(YamlNode node, YamlObject o) {
        Double increase = o.get("maxIncrease", YamlNode::percentage, null);
        Double decrease = o.get("maxDecrease", YamlNode::percentage, null);
        if (node.isObject() && !o.has("maxIncrease") && !o.has("maxDecrease")) {
            node.error(
                    "the comparison has no limit",
                    "write { maxIncrease: 20% }, { maxDecrease: 20% } or { test: sequential }");
        }
        if (decrease != null && decrease >= 1) {
            o.get("maxDecrease")
                    .orElseThrow()
                    .error("a decrease of 100% or more is no limit", "write less, such as 20%");
        }
        return increase == null && decrease == null ? null : new Versus(increase, decrease);
    }

    private Versus test(YamlObject o, Metric metric, Unit unit) {
        LIMITS.stream().filter(o::has).forEach(key -> o.key(key)
                .error("a test and a fixed limit cannot both decide", "keep one: a test's limit is its tolerance"));
        Judge.Test test = o.get("test", VersusReader::word, null);
        Comparison usual =
                Comparison.DEFAULT.unit(unit == null ? Unit.COUNT : unit).direction(usual(metric));
        Double tolerance = o.get("tolerance", YamlNode::percentage, usual.tolerance());
        Double confidence = o.get("confidence", VersusReader::confidence, usual.confidence());
        Direction direction = o.get("direction", n -> n.choice(Direction.class), usual.direction());
        boolean counts = metric != null && Failures.of(metric).isPresent() && test != Judge.Test.MANN_WHITNEY;
        Double floor = o.get("floor", VersusReader::floor, CountTest.DEFAULT_FLOOR);
        if (o.has("floor") && !counts && test != null && metric != null) {
            o.key("floor")
                    .error(
                            "the floor is an error rate that is never harm, and this test does not count errors",
                            "remove it");
        }
        if (test != null && test != Judge.Test.MANN_WHITNEY) {
            RanksReader.KEYS.stream().filter(o::has).forEach(key -> o.key(key)
                    .error(
                            key + " is about comparing values by ranks, and this test does not",
                            "remove it, or write test: mannWhitney"));
        }
        if (test == Judge.Test.COUNTS && !counts && metric != null) {
            o.get("test")
                    .orElseThrow()
                    .error(
                            "counts compares requests that failed, and " + metric.label() + " is no share of those",
                            "write mannWhitney or sequential; counts is for error-rate, 5xx-rate, success-rate and slow-rate");
            return null;
        }
        if (counts && metrics.source() == null) {
            o.get("test")
                    .orElseThrow()
                    .error(
                            "requests are counted by a source, and the plan has none",
                            "add metrics.prometheus or metrics.scrape");
        }
        return test == null || metric == null
                ? null
                : Versus.by(new Judge(
                        test,
                        new Comparison(direction, tolerance, confidence, usual.unit()),
                        floor,
                        RanksReader.read(o)));
    }

    private static Judge.Test word(YamlNode node) {
        String text = node.text();
        try {
            return text == null ? null : Judge.Test.of(text);
        } catch (IllegalArgumentException e) {
            node.error(YamlNode.shown(text) + " is no test", "write mannWhitney, counts or sequential");
            return null;
        }
    }

    /** More errors and longer waits are harm, and so are fewer successes; of a plan's own metric nothing is known. */
    static Direction usual(Metric metric) {
        if (metric != null && SetMetric.named(metric.name()).isPresent()) {
            return Direction.INCREASE;
        }
        BuiltInMetric known =
                metric == null ? null : BuiltInMetric.named(metric.name()).orElse(null);
        return known == null
                ? Direction.EITHER
                : switch (known) {
                    case ERROR_RATE, FIVE_XX_RATE, TOO_MANY_RATE, ERRORS, LATENCY, SLOW_RATE -> Direction.INCREASE;
                    case SUCCESS_RATE -> Direction.DECREASE;
                    case REQUEST_RATE, REQUESTS, THROUGHPUT_SHARE -> Direction.EITHER;
                };
    }

    static Double confidence(YamlNode node) {
        Double share = node.percentage();
        if (share != null && !(share > 0.5 && share < 1)) {
            node.error(
                    YamlNode.shown(node.text()) + " is no confidence to decide by",
                    "write more than 50% and less than 100%: 98%");
            return null;
        }
        return share;
    }

    private static Double floor(YamlNode node) {
        Double share = node.percentage();
        if (share != null && !(share > 0 && share < 1)) {
            node.error(
                    YamlNode.shown(node.text()) + " is no error rate to put up with",
                    "write more than 0% and less than 100%: 0.1%");
            return null;
        }
        return share;
    }
}
