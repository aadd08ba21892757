package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.InScore;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.metric.AlertQuery;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads criteria, one by one or as a gate, and {@code score:}, by which a gate is summed up instead of asking for every
 * criterion.
 *
 * @param probes null when the plan has none
 * @param alerts reads what a criterion looks for among alerts
 * @param slos reads objectives
 * @param own gathers the metrics that criteria define themselves, by name
 * @param scored whether the plan has a score, in which criteria may have a part
 */
record CriterionReader(
        Metrics metrics,
        ProbeSettings probes,
        AlertsReader alerts,
        SloReader slos,
        Map<String, CustomMetric> own,
        boolean scored) {

    private static final List<String> OF_WORDS = Stream.concat(
                    Stream.of("onNoData", "noDataDeadline", "for", "item", "dryRun"), InfoReader.OF_CRITERION.stream())
            .toList();
    private static final List<String> IN_SCORE = List.of("groups", "critical", "mustHaveData");
    private static final double MARGINAL = 75;
    /** From 0% to 100%. */
    private static final String WHOLE = "^[+]?(0*100([.]0+)?|0*[0-9]{1,2}([.][0-9]+)?) *%$";

    private static final String SHARE = "{'type': 'string', 'pattern': '" + WHOLE + "'}";

    private static final String NAMES = "^[a-z][a-z0-9-]{0,62}$";
    private static final long LEAST_OF_VALUE = 100;

    /** What the sections have in common that hold a criterion. */
    static final Map<String, KeyType> TYPES = Stream.of(
                    Map.of(
                            "metric", KeyType.of("name", anyName(), YamlNode::text),
                            "name", KeyType.string("name", NAMES, YamlNode::text),
                            "quantile", MetricReader.QUANTILE,
                            "versusStable", VersusReader.VERSUS.type(),
                            "trend", VersusReader.TREND.type(),
                            "alerts", AlertsReader.ALERTS.type(),
                            "slo", SloReader.SLO.type(),
                            "onNoData", KeyType.choice(NoDataPolicy.class),
                            "label", MetricReader.LABEL),
                    InfoReader.TYPES)
            .flatMap(types -> types.entrySet().stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    static final String ROWS = """
            probe          | name                | none             | A probe of `probes.run`, instead of a metric: its expectations must all be met. Only `onNoData`, `noDataDeadline`, `dryRun`, what is said for people, and in abort rules `for` can stand beside it.
            alerts         | alerts              | none             | [Alerts](metrics/alerts.md) of which none may fire, instead of a metric. The same keys can stand beside it as beside a probe.
            slo            | slo                 | none             | An [objective](metrics/slo.md) whose error budget must not burn too fast, instead of a metric. `minRequests` and the same keys can stand beside it.
            metric         | metric              | required unless there is a probe, alerts or slo, such as `success-rate` | A built-in metric, one of `metrics.sets` or `metrics.logs`, or one of `metrics.custom`.
            quantile       | quantile            | required for `latency`, `slow-rate`, and latencies of sets with a histogram, such as `0.99` | `0.99` is p99. Other metrics have none.
            min            | threshold           | none             | The lowest value that passes.
            max            | threshold           | none             | The highest value that passes.
            versusStable   | versusStable        | none             | How far the canary may be from stable.
            trend          | trend               | none             | How far the values may drift within the phase.
            by             | label               | none             | A label such as `route`: the criterion must hold for each of its values with enough requests (`minRequests`), so that one broken endpoint does not hide in the average. For built-in metrics except `throughput-share`, and for PromQL queries of the plan that yield one value for each. The 20 values with the most requests on stable are judged by themselves, the rest together as `others`; a test shares its error probability out among these 21. Undecided values with enough requests hold the gate.
            minRequests    | whole 1..1000000000 | none; with `by` and a built-in metric 100 | With fewer requests of the canary in the window there is no data. With `by` it is for each value, and values with fewer are left out; for `counts` and `sequential` tests of failed requests those of the phase.
            onNoData       | onNoData            | `hold`           | What a tick without data means. With `hold` nothing advances and nothing rolls back by itself. With `pass` no data passes, but a source that does not answer, or answers with warnings, holds. With `fail` both count as failed; an abort rule counts them as broken.
            noDataDeadline | duration            | never            | After this long without data the gate fails; an abort rule fires.
            window         | duration            | that of `metrics` | How far back rates and quantiles look.
            after          | duration            | at once          | The warm-up of new pods: for so long after each shift to a new phase it is not judged, and what happens meanwhile does not count later either. In a gate the phase waits. A rule of its own with `max` and without `after` guards the warm-up.
            dryRun         | boolean             | `false`          | Judged, shown and counted, and decides nothing: it neither fails a gate nor ends the rollout, nor counts as missing data. The journal says when it would have.
            """ + InfoReader.CRITERION;

    static final Section CRITERION =
            rules(Section.of("criterion", "One thing that must be true of the canary.", TYPES, ROWS, """
            groups         | list of text        | a group of its own | In a gate with a score: the groups that this criterion counts in.
            critical       | boolean             | `false`          | In a gate with a score: its failure alone makes the score zero, and without its data nothing passes.
            mustHaveData   | boolean             | `false`          | In a gate with a score: no data counts as a failure.
            """));

    private static final Map<String, Object> SHARES = Map.of("type", "number", "minimum", 0, "maximum", 100);

    static final Section SCORE = Section.of(
            "score",
            "Sums each gate up to 0 to 100 instead of asking for every criterion.",
            Map.of(
                    "groups", KeyType.byName("numbers by name", SHARES, CriterionReader::groups),
                    "share", KeyType.string("percentage, at most 100%", WHOLE, CriterionReader::share)),
            """
            pass     | number 0..100 | `95`                     | From this score on the tick is green.
            marginal | number 0..100 | 75, or `pass` if lower   | From this score on a tick that is not green starts the hold anew, but does not count as failed for `consecutiveFailures`.
            groups   | groups        | even                     | The weights of the groups, together at most 100; groups without a weight share what is left.
            minData  | share         | `50%`                    | How much of the criteria, and of the weight, must have data; with less there is no score, and the tick has no data.
            """);

    /** The same for what stands outside of gates, and so has no part in a score. */
    CriterionReader unscored() {
        return new CriterionReader(metrics, probes, alerts, slos, own, false);
    }

    private static Map<String, Object> anyName() {
        return Map.of("anyOf", List.of(Map.of("enum", words(m -> true)), Map.of("type", "string", "pattern", NAMES)));
    }

    /** Adds what the schema says of a criterion's keys together; others are what may stand instead of a criterion. */
    static Section rules(Section section, String... others) {
        bounds(section, ofUnit(u -> u == Unit.RATIO), SHARE);
        bounds(section, ofUnit(u -> u == Unit.SECONDS), "{'type': 'string', 'pattern': '^[0-9]'}");
        bounds(section, ofUnit(u -> u != Unit.RATIO && u != Unit.SECONDS), "{'type': 'number', 'minimum': 0}");
        return section.rule(when(words(BuiltInMetric::needsQuantile), "{'required': ['quantile']}"))
                .rule("{'if': {'required': ['quantile']}, 'then': {'properties': {'metric': {'enum': ['"
                        + String.join("', '", MetricReader.withQuantiles()) + "']}}}}")
                .rule("{'not': {'required': ['trend', 'versusStable']}}")
                .rule("{'oneOf': [{'required': ['metric'], 'anyOf': [{'required': ['min']}, {'required': ['max']},"
                        + " {'required': ['versusStable']}, {'required': ['trend']}], 'not': {'anyOf': [{'required': ['probe']}, {'required': ['alerts']}, {'required': ['slo']}]}},"
                        + " " + alone("probe") + ", " + alone("alerts") + ", " + alone("slo")
                        + Stream.of(others).map(o -> ", " + o).collect(Collectors.joining()) + "]}");
    }

    /** What stands instead of a metric, and has no bounds of its own. */
    private static String alone(String key) {
        return "{'required': ['" + key + "'], 'propertyNames': {'enum': ['" + key + "', '"
                + String.join("', '", beside(key)) + "']}}";
    }

    private static List<String> beside(String kind) {
        return Stream.concat(OF_WORDS.stream(), kind.equals("slo") ? Stream.of("minRequests") : Stream.empty())
                .toList();
    }

    private static void bounds(Section section, List<String> metrics, String bound) {
        section.rule(when(metrics, "{'properties': {'min': " + bound + ", 'max': " + bound + "}}"));
    }

    private static String when(List<String> metrics, String then) {
        return "{'if': {'required': ['metric'], 'properties': {'metric': {'enum': ['" + String.join("', '", metrics)
                + "']}}}, 'then': " + then + "}";
    }

    private static List<String> ofUnit(Predicate<Unit> which) {
        Stream<String> ofLogs = Arrays.stream(LogMetric.values())
                .filter(m -> which.test(m.unit()))
                .map(LogMetric::word);
        return Stream.concat(words(m -> which.test(m.unit())).stream(), ofLogs).toList();
    }

    private static List<String> words(Predicate<BuiltInMetric> which) {
        return Arrays.stream(BuiltInMetric.values())
                .filter(which)
                .map(BuiltInMetric::word)
                .toList();
    }

    /** Null after reporting when the marks or weights make no sense. */
    static Score score(YamlNode node) {
        YamlObject o = SCORE.at(node);
        Double pass = o.get("pass");
        Double marginal = o.getOr("marginal", Math.min(MARGINAL, pass));
        Map<String, Double> groups = o.getOr("groups", Map.of());
        double all = groups.values().stream().mapToDouble(Double::doubleValue).sum();
        if (all > 100) {
            o.value("groups")
                    .error(
                            "the weights of the groups add up to more than 100",
                            "lower them: groups without a weight share what is left of 100");
            return null;
        }
        if (marginal > pass) {
            o.value("marginal").error("the marginal mark is above the pass mark", "swap them");
            return null;
        }
        Double minData = o.get("minData");
        return minData == null ? null : new Score(groups, pass, marginal, minData);
    }

    private static Double share(YamlNode node) {
        return node.checked(
                node.percentage(), s -> s <= 1, "{} is more than there can be", "write at most 100%, such as 50%");
    }

    private static Map<String, Double> groups(YamlNode node) {
        YamlObject o = node.object();
        return o.map(name -> o.value(name).number(0, 100));
    }

    /** The criteria that could be read; each must differ from the others. */
    List<Criterion> gate(YamlNode node) {
        return node.distinct(
                item -> read(CRITERION.at(item)), Criterion::label, "this criterion is in the gate already: ");
    }

    /** Null after reporting when the metric or a bound is broken, so that nothing is derived from it. */
    Criterion read(YamlObject o) {
        return read(o, AlertsReader.Existing.FAIL);
    }

    /** The same for an abort rule: an alert from before the rollout is not its doing. */
    Criterion readRule(YamlObject o) {
        return read(o, AlertsReader.Existing.IGNORE);
    }

    private Criterion read(YamlObject o, AlertsReader.Existing existing) {
        Criterion criterion =
                o.has("probe") ? probe(o) : o.has("alerts") ? alerts(o, existing) : o.has("slo") ? slo(o) : metric(o);
        return criterion == null ? null : criterion.with(Boolean.TRUE.equals(o.get("dryRun")), InfoReader.criterion(o));
    }

    private static void standsAlone(YamlObject o, String kind, String remedy) {
        o.keys().stream()
                .filter(key -> !key.equals(kind) && !beside(kind).contains(key))
                .forEach(key -> o.key(key).error("a criterion with " + kind + " has no " + key, remedy));
    }

    private Criterion alerts(YamlObject o, AlertsReader.Existing usual) {
        standsAlone(o, "alerts", "remove it: none of the alerts may fire");
        AlertQuery query = alerts.read(o.value("alerts"), usual);
        return query == null
                ? null
                : Criterion.silent(ofAlerts(query), o.get("onNoData"), o.get("noDataDeadline"), metrics.window());
    }

    private Criterion slo(YamlObject o) {
        standsAlone(o, "slo", "remove it: the bound is burnRate");
        return slos.read(o);
    }

    /** The same alerts of the same server are the same metric: a policy goes by its name. */
    private Metric ofAlerts(AlertQuery query) {
        String server = query.url() == null ? "" : " at " + query.url().replaceFirst("^https?://", "");
        String which = query.match() + server + (query.existing() ? "" : " since the start");
        for (int n = 1; ; n++) {
            Metric metric = Metric.ofAlerts(n == 1 ? which : which + " #" + n);
            CustomMetric known = own.putIfAbsent(metric.name(), CustomMetric.of(metric.name(), query));
            if (known == null || known.alerts().equals(query)) {
                return metric;
            }
        }
    }

    /** A probe has no bounds of its own: its expectations are met, or they are not. */
    private Criterion probe(YamlObject o) {
        standsAlone(o, "probe", "remove it: what the probe expects stands under probes.run");
        String name = o.get("probe");
        Set<String> known = probes == null ? Set.of() : probes.run().keySet();
        if (name != null && !known.contains(name)) {
            o.value("probe")
                    .error(
                            "there is no probe " + YamlNode.shown(name),
                            known.isEmpty() ? "add it under probes.run" : "the plan has: " + String.join(", ", known));
            return null;
        }
        return name == null
                ? null
                : Criterion.passes(name, o.get("onNoData"), o.get("noDataDeadline"), metrics.window());
    }

    private Criterion metric(YamlObject o) {
        String name = o.need("metric");
        Metric metric = name == null ? null : new MetricReader(metrics).read(o, name);
        // Null when the plan's own metric is broken, which has been reported.
        Unit unit = metric == null ? null : metrics.unit(metric);
        Double min = unit == null ? null : o.get("min", n -> threshold(n, metric, unit));
        Double max = unit == null ? null : o.get("max", n -> threshold(n, metric, unit));
        VersusReader comparisons = new VersusReader(metrics, metric, unit);
        Versus versus = o.get("versusStable", comparisons::read);
        Duration window = o.getOr("window", metrics.window());
        Trend trend = o.get("trend", n -> comparisons.trend(n, window));
        if (o.has("trend") && o.has("versusStable")) {
            o.key("trend").error("a drift and a comparison with stable are two questions", "make two criteria of it");
        }
        if (name != null && Stream.of("min", "max", "versusStable", "trend").noneMatch(o::has)) {
            o.self()
                    .error(
                            "the criterion has no bound, so nothing can break it",
                            "add min, max, trend or versusStable: { maxIncrease: 20% }");
        }
        if (min != null && max != null && min > max) {
            o.value("min").error("min is above max, so no value passes", "swap them");
        }
        String by = by(o, metric);
        boolean counted = metric != null && !metrics.custom().containsKey(metric.name());
        long minRequests = o.getOr("minRequests", by != null && counted ? LEAST_OF_VALUE : 0L);
        if (minRequests > 0 && metrics.source() == null) {
            o.key("minRequests")
                    .error(
                            "requests are counted by a source, and the plan has none",
                            "add metrics.prometheus or metrics.scrape, or remove minRequests");
        }
        NoDataPolicy onNoData = o.get("onNoData");
        Duration deadline = o.get("noDataDeadline");
        InScore inScore = inScore(o);
        boolean broken = unit == null
                || o.has("min") && min == null
                || o.has("max") && max == null
                || o.has("versusStable") && versus == null
                || o.has("trend") && trend == null
                || o.has("by") && by == null;
        return broken
                ? null
                : new Criterion(
                        metric,
                        unit,
                        min,
                        max,
                        versus,
                        minRequests,
                        onNoData,
                        deadline,
                        window,
                        trend,
                        inScore,
                        by,
                        after(o, onNoData, deadline));
    }

    /** Null when there is none, or after reporting that the metric cannot be broken down. */
    private String by(YamlObject o, Metric metric) {
        String by = o.get("by");
        if (by == null || metric == null) {
            return by;
        }
        CustomMetric own = metrics.custom().get(metric.name());
        boolean can = own == null
                ? BuiltInMetric.named(metric.name())
                        .filter(m -> m != BuiltInMetric.THROUGHPUT_SHARE)
                        .isPresent()
                : own.query() != null;
        if (!can) {
            o.key("by")
                    .error(
                            metric.name() + " cannot be broken down by a label",
                            "remove 'by', or make a PromQL query of it under metrics.custom that says sum by (" + by
                                    + ") (...)");
        }
        boolean bound = by.equals("le");
        if (bound) {
            o.value("by").error("'le' is the bound of a bucket", "write a label of requests, such as route");
        }
        return can && !bound ? by : null;
    }

    private static Duration after(YamlObject o, NoDataPolicy onNoData, Duration deadline) {
        Duration after = o.getOr("after", Duration.ZERO);
        if (!after.isZero() && onNoData == NoDataPolicy.FAIL) {
            o.value("after")
                    .error(
                            "there is no data during the warm-up, and onNoData: fail counts that as failed",
                            "remove one of them, or make two criteria of it");
        }
        if (deadline != null && deadline.compareTo(after) <= 0) {
            o.value("noDataDeadline")
                    .error(
                            "the deadline for missing data is over before the warm-up is",
                            "write more than " + Units.write(after));
        }
        return after;
    }

    private InScore inScore(YamlObject o) {
        if (scored) {
            return new InScore(o.getOr("groups", List.of()), o.get("critical"), o.get("mustHaveData"));
        }
        IN_SCORE.stream()
                .filter(o::has)
                .forEach(key -> o.key(key)
                        .error(
                                key + " is a criterion's part in a score, and the plan has none",
                                "add score: { pass: 95, marginal: 75 }"));
        return InScore.USUAL;
    }

    private static Double threshold(YamlNode node, Metric metric, Unit unit) {
        boolean builtIn = BuiltInMetric.named(metric.name()).isPresent();
        return node.checked(
                node.value(unit),
                value -> !builtIn || value >= 0 && (unit != Unit.RATIO || value <= 1),
                "{} is a value that " + metric.name() + " never has",
                unit == Unit.RATIO ? "write a percentage from 0% to 100%" : "write zero or more");
    }
}
