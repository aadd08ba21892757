package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.Slo;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads {@code slo:} of a criterion: an objective, and how fast its error budget may burn.
 *
 * @param queries reads PromQL
 * @param own gathers the metrics that criteria define themselves, by name
 */
record SloReader(Metrics metrics, CustomMetricReader queries, Map<String, CustomMetric> own) {

    private static final int MOST_WINDOWS = 4;

    private static final KeyType OBJECTIVE = KeyType.string(
            "percentage, less than 100%",
            "^[+]?0*[0-9]{1,2}([.][0-9]+)? *%$",
            node -> node.checked(
                    node.percentage(),
                    share -> share > 0 && share < 0.999_999_9,
                    "{} is no objective to have an error budget",
                    "write for example 99.9%"));

    private static final Section SLOTH =
            Section.of("sloth", "An objective for which Sloth records the share of errors.", Map.of(), """
            service | text | required, `shop`     | The label `sloth_service`.
            slo     | text | required, `requests` | The label `sloth_slo`.
            """);

    private static final Section PYRRA =
            Section.of("pyrra", "An objective for which Pyrra records the share of errors.", Map.of(), """
            slo    | text | required, `shop-requests`       | The label `slo`.
            metric | text | required, `http_requests_total` | The metric of all events, which the recording rules are named after.
            """);

    static final Section SLO = Section.of(
                    "slo",
                    "An objective whose error budget must not burn too fast. Without a source of its own it is about `error-rate`.",
                    Map.of("objective", OBJECTIVE, "sloth", SLOTH.type(), "pyrra", PYRRA.type()),
                    """
            objective | objective        | required, `99.9%` | The share of events that must be good.
            windows   | list of duration | `[ 5m, 1h ]`      | One to four. The budget burns too fast when it does in each of them.
            burnRate  | number 0..100000 | `14.4`            | The highest burn rate. At 1 the budget lasts exactly its period; at 14.4 an hour takes 2% of the budget of 30 days.
            errors    | text             | none              | PromQL of events that were bad, over `{{window}}`; needs `total`. Nothing stands for zero while there is a total.
            good      | text             | none              | PromQL of events that were good, instead of `errors`.
            total     | text             | none              | PromQL of all events. Beside `sloth` and `pyrra` it says that nothing recorded means no errors.
            sloth     | sloth            | none              | Sloth's recording rules, `slo:sli_error:ratio_rate5m` and so on.
            pyrra     | pyrra            | none              | Pyrra's recording rules, `http_requests:burnrate5m` and so on.
            """)
            .rule(
                    "{'oneOf': [{'required': ['errors', 'total']}, {'required': ['good', 'total']}, {'required': ['sloth']},"
                            + " {'required': ['pyrra']}, {'not': {'anyOf': [{'required': ['errors']}, {'required': ['good']},"
                            + " {'required': ['total']}, {'required': ['sloth']}, {'required': ['pyrra']}]}}]}");

    /**
     * Where the ratio comes from, for people, and how it is read.
     *
     * @param query null for the built-in metric
     */
    private record Ratio(String of, String query, boolean successes) {}

    /** Null after reporting when there is no objective to hold to. */
    Criterion read(YamlObject criterion) {
        YamlNode node = criterion.value("slo");
        YamlObject o = SLO.at(node);
        Double objective = o.get("objective");
        List<Duration> windows =
                o.<List<Duration>>get("windows").stream().sorted().distinct().toList();
        double limit = o.<Double>get("burnRate");
        if (windows.isEmpty() || windows.size() > MOST_WINDOWS) {
            o.value("windows").error("an objective is looked at in one to four windows", "write [ 5m, 1h ]");
            return null;
        }
        Ratio ratio = ratio(o);
        if (objective == null || ratio == null) {
            return null;
        }
        if (limit * (1 - objective) >= 1) {
            node.error(
                    "a budget of " + Units.print(1 - objective, Unit.RATIO) + " cannot burn more than "
                            + Units.print(1 / (1 - objective), Unit.COUNT) + " times as fast, when everything fails",
                    "write a lower burnRate, such as "
                            + Units.write(Math.max(1, Math.floor(0.5 / (1 - objective))), Unit.COUNT));
            return null;
        }
        String which = Units.write(objective, Unit.RATIO) + ratio.of() + " over "
                + windows.stream().map(Units::write).collect(Collectors.joining(" and "));
        Metric read = Metric.of(BuiltInMetric.ERROR_RATE.word());
        if (ratio.query() != null) {
            read = Metric.of("ratio:" + which);
            own.put(
                    read.name(),
                    new CustomMetric(read.name(), Unit.RATIO, ratio.query(), null, ValueRange.of(Unit.RATIO)));
        }
        Metric metric = Metric.ofSlo(which);
        own.put(metric.name(), CustomMetric.of(metric.name(), new Slo(read, ratio.successes(), objective, windows)));
        return Criterion.burning(
                metric,
                limit,
                criterion.getOr("minRequests", 0L),
                criterion.get("onNoData"),
                criterion.get("noDataDeadline"),
                windows.get(0));
    }

    /** Null after reporting. */
    private Ratio ratio(YamlObject o) {
        List<String> given =
                Stream.of("errors", "good", "sloth", "pyrra").filter(o::has).toList();
        if (given.size() > 1) {
            o.key(given.get(1))
                    .error("the share of errors is read from one place", "keep one of " + String.join(", ", given));
            return null;
        }
        if (given.isEmpty()) {
            if (o.has("total")) {
                o.key("total").error("there is a total, and nothing to hold against it", "add errors or good");
                return null;
            }
            MetricsReader.needsSource(metrics, o.self(), "errors are counted by a source");
            return metrics.source() == null ? null : new Ratio("", null, false);
        }
        if (!(metrics.source() instanceof SourceSettings.Prometheus)) {
            o.key(given.get(0))
                    .error("a PromQL query needs a Prometheus server to answer it", "add metrics.prometheus");
            return null;
        }
        String total = o.get("total", queries::query);
        boolean noTotal = o.has("total") && total == null;
        return noTotal
                ? null
                : switch (given.get(0)) {
                    case "sloth" -> recorded(SLOTH.at(o.value("sloth")), total, true);
                    case "pyrra" -> recorded(PYRRA.at(o.value("pyrra")), total, false);
                    default -> pair(o, given.get(0), total);
                };
    }

    private Ratio pair(YamlObject o, String key, String total) {
        String part = o.get(key, queries::query);
        if (total == null && !o.has("total")) {
            o.self()
                    .error(
                            "'total' is missing: " + key + " alone is no share",
                            "add total: 'sum(increase(...[{{window}}]))'");
        }
        if (part == null || total == null) {
            return null;
        }
        // Different queries must not pass for each other, in a policy least of all.
        String of = " of queries " + Integer.toHexString((part + "\n" + total).hashCode());
        return new Ratio(
                of, "(sum(" + part + "\n) or sum(" + total + "\n) * 0) / sum(" + total + "\n)", key.equals("good"));
    }

    private static Ratio recorded(YamlObject o, String total, boolean sloth) {
        String slo = o.get("slo");
        String other = o.get(sloth ? "service" : "metric");
        if (slo == null || other == null) {
            return null;
        }
        String series = sloth
                ? "slo:sli_error:ratio_rate{{window}}{sloth_service=" + PromQlText.quote(other) + ", sloth_slo="
                        + PromQlText.quote(slo) + "}"
                : other.replaceFirst("_total$", "").replaceFirst("_count$", "") + ":burnrate{{window}}{slo="
                        + PromQlText.quote(slo) + "}";
        String none = total == null ? "" : " or sum(" + total + "\n) * 0";
        return new Ratio(" of " + other + "/" + slo, "max(" + series + ")" + none, false);
    }
}
