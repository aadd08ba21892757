package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.Failures;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.RankSettings;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.SetMetric;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads how a criterion compares: {@code versusStable:}, by fixed limits or by a test, and {@code trend:}.
 *
 * @param metric null when it is broken, which has been reported
 */
record VersusReader(Metrics metrics, Metric metric, Unit unit) {

    private static final Map<String, MannWhitney.Allowance> ALLOWANCES =
            Map.of("baseline", MannWhitney.Allowance.OF_BASELINE, "shift", MannWhitney.Allowance.OF_SHIFT);

    private static final KeyType CONFIDENCE = KeyType.string(
            "percentage, more than 50%, less than 100%",
            "^\\+?(0*5\\d(\\.\\d+)?|0*[6-9]\\d(\\.\\d+)?)\\s*%$",
            node -> node.checked(
                    node.percentage(),
                    share -> share > 0.5 && share < 1,
                    "{} is no confidence to decide by",
                    "write more than 50% and less than 100%: 98%"));

    private static final KeyType FLOOR = KeyType.string(
            "percentage",
            "^[+]?\\d{1,2}(\\.\\d+)?\\s*%$",
            node -> node.checked(
                    node.percentage(),
                    share -> share > 0 && share < 1,
                    "{} is no error rate to put up with",
                    "write more than 0% and less than 100%: 0.1%"));

    private static final Section EFFECT = Section.of(
            "effect",
            "How large a significant difference must be to count.",
            Map.of("measure", KeyType.choice(EffectSize.Measure.class)),
            """
            measure  | measure | `mean-ratio`                     | `mean-ratio`: the canary's mean over stable's. `cles`: how likely a value of the canary is above one of stable.
            increase | number  | 1, or 0.5 for `cles`, such as `1.2` | The value from which higher is harm.
            decrease | number  | 1, or 0.5 for `cles`, such as `0.8` | The value down to which lower is harm.
            """);

    private static final List<String> PER = List.of("requests", "lines");

    static final Section VERSUS = Section.of(
                    "versusStable",
                    "How far the canary may be from stable: by fixed limits at the same tick, or by a test over the phase.",
                    KeyType.with(
                            Map.of(
                                    "test",
                                            KeyType.oneOf(
                                                    List.of("mannWhitney", "counts", "sequential"), VersusReader::word),
                                    "confidence", CONFIDENCE,
                                    "direction", KeyType.choice(Direction.class),
                                    "floor", FLOOR,
                                    "allowance", KeyType.oneOf(List.of("baseline", "shift"), VersusReader::allowance),
                                    "nan", KeyType.choice(Cleaning.NaN.class),
                                    "outliers", KeyType.choice(Cleaning.Outliers.class),
                                    "factor", factor(),
                                    "effect", EFFECT.type(VersusReader::effect),
                                    "quantile", MetricReader.QUANTILE),
                            "per",
                            KeyType.oneOf(PER, YamlNode::text)),
                    """
            maxIncrease   | percentage | none       | A fixed limit, relative: `20%` lets 100 ms become 120 ms.
            maxDecrease   | percentage | none       | A fixed limit, relative; less than 100%.
            test          | test       | none       | Which test, see below.
            tolerance     | percentage | `25%`      | How far from stable is no harm; for failed requests a share of the odds of failing.
            confidence    | confidence | `98%`      | Harm on one side is called wrongly with a probability of at most (100% - confidence) / 2.
            direction     | direction  | `increase` for latency and errors, `decrease` for `success-rate`, `either` for the rest | Which difference is harm.
            floor         | floor      | `0.1%`     | For failed requests: an error rate of the canary below this is never harm.
            per           | per        | `requests` with a source that counts them, else `lines` | For error lines of logs with `counts` or `sequential`: what they are held against, the version's requests or all its lines.
            slower        | percentage | none       | For `slow-rate` with `counts` or `sequential`: more slow requests are harm only while the latency is above stable's by more than this.
            slowerAt      | quantile   | that of the metric | Which latency `slower` compares; `0.5` is the median.
            allowance     | allowance  | `baseline` | For `mannWhitney`: what the tolerance is a share of, stable's median or (as Kayenta has it) the estimated shift itself. With `shift` two series that are the same pass, as Kayenta has it; otherwise they are no data.
            nan           | nan        | `remove`   | For `mannWhitney`: a value that one track misses is left out, taken as zero (a counter that is absent while nothing happens), or makes the whole series no data.
            outliers      | outliers   | `keep`     | For `mannWhitney`: values beyond the quartiles by more than `outlierFactor` interquartile distances are left out, moved to that fence, or kept, as ranks bound their influence anyway. `remove-beyond-p99` leaves out only those that are outside of the 1st to the 99th percentile as well, as Kayenta does.
            outlierFactor | factor     | `3`        | For `mannWhitney`: see `outliers`; 1.5 is Tukey's.
            effect        | effect     | none       | For `mannWhitney`: a significant difference counts only from this size on.
            """)
            .rule(
                    "{'oneOf': [{'required': ['test'], 'not': {'anyOf': [{'required': ['maxIncrease']}, {'required': ['maxDecrease']}]}},"
                            + " {'minProperties': 1, 'propertyNames': {'enum': ['maxIncrease', 'maxDecrease']}}]}");

    static final Section TREND = Section.of(
            "trend",
            "How far the values may drift within the phase.",
            Map.of("confidence", CONFIDENCE, "direction", KeyType.choice(Direction.class)),
            """
            tolerance  | percentage | `10%`     | The allowed drift, as a share of the values' median.
            confidence | confidence | `98%`     | How sure a drift has to be.
            direction  | direction  | what does harm; `either` for a metric of your own | Which drift counts.
            over       | duration   | the phase | How far back to look.
            """);

    private static final List<String> LIMITS = List.of("maxIncrease", "maxDecrease");
    private static final List<String> OF_TESTS = List.of("tolerance", "confidence", "direction", "floor");
    /** What only {@code test: mannWhitney} can be told. */
    private static final List<String> OF_RANKS = List.of("allowance", "nan", "outliers", "outlierFactor", "effect");

    private static KeyType factor() {
        return KeyType.between(
                "number", 0, 1_000, "{} is no distance from the quartiles", "write 3, or 1.5 for Tukey's");
    }

    /** Null after reporting when nothing can be made of it. */
    Versus read(YamlNode node) {
        YamlObject o = VERSUS.at(node);
        if (o.has("test")) {
            return test(o);
        }
        Stream.concat(OF_TESTS.stream(), OF_RANKS.stream())
                .filter(o::has)
                .forEach(key -> o.key(key)
                        .error(
                                key + " belongs to a test, and none is named",
                                "add test: mannWhitney, counts or sequential"));
        Double increase = o.get("maxIncrease");
        Double decrease = o.get("maxDecrease");
        if (node.isObject() && LIMITS.stream().noneMatch(o::has)) {
            node.error(
                    "the comparison has no limit",
                    "write { maxIncrease: 20% }, { maxDecrease: 20% } or { test: sequential }");
        }
        if (decrease != null && decrease >= 1) {
            o.value("maxDecrease").error("a decrease of 100% or more is no limit", "write less, such as 20%");
        }
        return increase == null && decrease == null ? null : new Versus(increase, decrease);
    }

    private Versus test(YamlObject o) {
        LIMITS.stream()
                .filter(o::has)
                .forEach(key -> o.key(key)
                        .error(
                                "a test and a fixed limit cannot both decide",
                                "keep one: a test's limit is its tolerance"));
        Judge.Test test = o.get("test");
        Comparison comparison = comparison(o, unit == null ? Unit.COUNT : unit);
        boolean byRanks = test == Judge.Test.MANN_WHITNEY;
        boolean counts = metric != null && Failures.of(metric).isPresent() && !byRanks;
        Double floor = o.get("floor");
        if (o.has("floor") && !counts && test != null && metric != null) {
            o.key("floor")
                    .error(
                            "the floor is an error rate that is never harm, and this test does not count errors",
                            "remove it");
        }
        if (test != null && !byRanks) {
            OF_RANKS.stream()
                    .filter(o::has)
                    .forEach(key -> o.key(key)
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
        Metric per = per(o, counts);
        if (counts && !Failures.of(metric).orElseThrow().per(per).isOfLines()) {
            MetricsReader.needsSource(metrics, o.value("test"), "requests are counted by a source");
        }
        Cleaning cleaning = new Cleaning(o.get("nan"), o.get("outliers"), o.<Double>get("outlierFactor"));
        RankSettings ranks = new RankSettings(cleaning, o.get("allowance"), o.get("effect"));
        Versus.Slower slower = slower(o, counts);
        return test == null || metric == null
                ? null
                : ofPods(
                        Versus.by(new Judge(test, comparison, floor, ranks))
                                .and(slower)
                                .per(per),
                        metric,
                        metrics);
    }

    /** What error lines are held against; null for all lines, and where none are counted. */
    private Metric per(YamlObject o, boolean counts) {
        boolean ofLogs = counts && LogMetric.named(metric.name()).isPresent();
        String word = o.get("per");
        if (o.has("per") && !ofLogs && metric != null) {
            o.key("per").error("per belongs to counts of error lines, and this test counts none", "remove it");
        }
        boolean lines = word == null ? metrics.source() == null : word.equals("lines");
        return !ofLogs || lines ? null : Criterion.REQUESTS;
    }

    /** Where latency is compared, pods are told apart. */
    static Versus ofPods(Versus versus, Metric metric, Metrics metrics) {
        boolean latency = metric.name().equals(BuiltInMetric.LATENCY.word());
        return latency || versus.slower() != null ? versus.byPod(metrics.pod()) : versus;
    }

    /** Null when it is not asked for. */
    private Versus.Slower slower(YamlObject o, boolean counts) {
        boolean slowRequests = counts && metric.name().equals(BuiltInMetric.SLOW_RATE.word());
        Double ratio = o.get("slower");
        Double quantile = o.getOr("slowerAt", slowRequests ? metric.quantile() : null);
        for (String key : List.of("slower", "slowerAt")) {
            if (o.has(key) && metric != null && !slowRequests) {
                o.key(key).error(key + " belongs to counts of slow requests", "remove it");
                return null;
            }
        }
        if (o.has("slowerAt") && !o.has("slower")) {
            o.key("slowerAt")
                    .error("slowerAt says which latency slower compares, and there is none", "add slower: 40%");
        }
        return ratio == null || quantile == null ? null : new Versus.Slower(ratio, quantile);
    }

    /** @param window how far apart the trend's points are */
    Trend trend(YamlNode node, Duration window) {
        YamlObject o = TREND.at(node);
        Comparison comparison = comparison(o, unit);
        Duration least = window.multipliedBy(Trend.FEWEST_POINTS);
        String points =
                "a trend needs " + Trend.FEWEST_POINTS + " points, one a window, and there are fewer in this time";
        Duration over = o.get(
                "over",
                n -> n.checked(
                        n.positive(),
                        d -> d.compareTo(least) >= 0,
                        points,
                        "write " + Units.write(least) + " or more"));
        return unit == null || o.has("over") && over == null ? null : new Trend(comparison, over);
    }

    private Comparison comparison(YamlObject o, Unit of) {
        return new Comparison(
                o.getOr("direction", usual()), o.<Double>get("tolerance"), o.<Double>get("confidence"), of);
    }

    /** Kayenta's other two numbers, from which a failure is critical, have no place in a plan: critical says that. */
    private static EffectSize effect(YamlNode node) {
        YamlObject o = EFFECT.at(node);
        EffectSize.Measure measure = o.get("measure");
        double none = measure.none();
        return new EffectSize(measure, o.getOr("increase", none), o.getOr("decrease", none), none, none);
    }

    private static Judge.Test word(YamlNode node) {
        return node.parsed(Judge.Test::of, "{} is no test", "write mannWhitney, counts or sequential");
    }

    private static MannWhitney.Allowance allowance(YamlNode node) {
        return node.parsed(ALLOWANCES::get, "{} is nothing that a tolerance is a share of", "write baseline or shift");
    }

    /** More errors and longer waits are harm, and so are fewer successes; of a plan's own metric nothing is known. */
    private Direction usual() {
        boolean errorLines = metric != null
                && LogMetric.named(metric.name())
                        .filter(m -> m != LogMetric.LINES)
                        .isPresent();
        if (errorLines || metric != null && SetMetric.named(metric.name()).isPresent()) {
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
}
