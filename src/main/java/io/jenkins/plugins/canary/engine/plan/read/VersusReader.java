package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.Failures;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads {@code versusStable:}: fixed limits, or a test. */
final class VersusReader {

    static final KeyType CONFIDENCE = KeyType.string(
            "percentage, more than 50%, less than 100%",
            "^\\+?(0*5\\d(\\.\\d+)?|0*[6-9]\\d(\\.\\d+)?)\\s*%$", VersusReader::confidence);

    static final Section VERSUS = Section.of(
                    "versusStable",
                    "How far the canary may be from stable: by fixed limits at the same tick, or by a test over the phase.",
                    Map.ofEntries(
                            Map.entry(
                                    "test",
                                    KeyType.oneOf(List.of("mannWhitney", "counts", "sequential"), VersusReader::word)),
                            Map.entry("confidence", CONFIDENCE),
                            Map.entry("direction", KeyType.choice(Direction.class)),
                            Map.entry(
                                    "floor",
                                    KeyType.string("percentage", "^[+]?\\d{1,2}(\\.\\d+)?\\s*%$", VersusReader::floor)),
                            Map.entry("allowance", KeyType.oneOf(List.of("baseline", "shift"), RanksReader::allowance)),
                            Map.entry("nan", KeyType.choice(Cleaning.NaN.class)),
                            Map.entry("outliers", KeyType.choice(Cleaning.Outliers.class)),
                            Map.entry("factor", KeyType.between("number", 0, 1_000, RanksReader::factor)),
                            Map.entry("effect", RanksReader.EFFECT.type())),
                    """
                    maxIncrease   | percentage | none       | A fixed limit, relative: `20%` lets 100 ms become 120 ms.
                    maxDecrease   | percentage | none       | A fixed limit, relative; less than 100%.
                    test          | test       | none       | Which test, see below.
                    tolerance     | percentage | `25%`      | How far from stable is no harm; for failed requests a share of the odds of failing.
                    confidence    | confidence | `98%`      | Harm on one side is called wrongly with a probability of at most (100% - confidence) / 2.
                    direction     | direction  | `increase` for latency and errors, `decrease` for `success-rate`, `either` for the rest | Which difference is harm.
                    floor         | floor      | `0.1%`     | For failed requests: an error rate of the canary below this is never harm.
                    allowance     | allowance  | `baseline` | For `mannWhitney`: what the tolerance is a share of, stable's median or (as Kayenta has it) the estimated shift itself.
                    nan           | nan        | `remove`   | For `mannWhitney`: a value that one track misses is left out, taken as zero (a counter that is absent while nothing happens), or makes the whole series no data.
                    outliers      | outliers   | `keep`     | For `mannWhitney`: values beyond the quartiles by more than `outlierFactor` interquartile distances are left out, moved to that fence, or kept, as ranks bound their influence anyway.
                    outlierFactor | factor     | `3`        | For `mannWhitney`: see `outliers`; 1.5 is Tukey's.
                    effect        | effect     | none       | For `mannWhitney`: a significant difference counts only from this size on.
                    """)
            .rule(
                    "{'oneOf': [{'required': ['test'], 'not': {'anyOf': [{'required': ['maxIncrease']}, {'required': ['maxDecrease']}]}},"
                            + " {'minProperties': 1, 'propertyNames': {'enum': ['maxIncrease', 'maxDecrease']}}]}");

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
        YamlObject o = VERSUS.at(node);
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
        Double increase = o.get("maxIncrease");
        Double decrease = o.get("maxDecrease");
        if (node.isObject() && !o.has("maxIncrease") && !o.has("maxDecrease")) {
            node.error(
                    "the comparison has no limit",
                    "write { maxIncrease: 20% }, { maxDecrease: 20% } or { test: sequential }");
        }
        if (decrease != null && decrease >= 1) {
            o.value("maxDecrease").error("a decrease of 100% or more is no limit", "write less, such as 20%");
        }
        return increase == null && decrease == null ? null : new Versus(increase, decrease);
    }

    private Versus test(YamlObject o, Metric metric, Unit unit) {
        LIMITS.stream().filter(o::has).forEach(key -> o.key(key)
                .error("a test and a fixed limit cannot both decide", "keep one: a test's limit is its tolerance"));
        Judge.Test test = o.get("test");
        Comparison comparison = new Comparison(
                o.getOr("direction", usual(metric)),
                o.<Double>get("tolerance"),
                o.<Double>get("confidence"),
                unit == null ? Unit.COUNT : unit);
        boolean counts = metric != null && Failures.of(metric).isPresent() && test != Judge.Test.MANN_WHITNEY;
        Double floor = o.get("floor");
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
            o.value("test")
                    .error(
                            "counts compares requests that failed, and " + metric.label() + " is no share of those",
                            "write mannWhitney or sequential; counts is for error-rate, 5xx-rate, success-rate and slow-rate");
            return null;
        }
        if (counts && metrics.source() == null) {
            o.value("test")
                    .error(
                            "requests are counted by a source, and the plan has none",
                            "add metrics.prometheus or metrics.scrape");
        }
        return test == null || metric == null
                ? null
                : Versus.by(new Judge(test, comparison, floor, RanksReader.read(o)));
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

    private static Double confidence(YamlNode node) {
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
