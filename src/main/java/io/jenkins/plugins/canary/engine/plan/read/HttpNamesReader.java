package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code metrics.http:}, how the service's own HTTP metrics are called. */
final class HttpNamesReader {

    private static final KeyType METRIC = KeyType.matching(
            "name", Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*"), "a metric's name", "use letters, digits, '_' and ':'");

    static final Section HTTP = Section.of(
            "http",
            "How the service's own HTTP metrics are called. Where `sets.http` names an exporter, its names are the defaults.",
            Map.of(
                    "metric",
                    METRIC,
                    "label",
                    KeyType.matching(
                            "name",
                            Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*"),
                            "a label's name",
                            "write for example status or code"),
                    "expression",
                    KeyType.text("regular expression", HttpNamesReader::expression),
                    "histogram",
                    KeyType.string("name", "^(?!.*_bucket$)[a-zA-Z_:][a-zA-Z0-9_:]*$", HttpNamesReader::histogram),
                    "unit",
                    KeyType.choice(DurationUnit.class),
                    "testers",
                    KeyType.text("label matcher", HttpNamesReader::testers)),
            """
            requests     | metric     | `http_requests_total`           | A counter of requests.
            status       | label      | `status`                        | Its label with the HTTP status.
            errors       | expression | `5..`                           | A regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) over the whole status: what counts as an error.
            duration     | histogram  | `http_request_duration_seconds` | A histogram of request durations, without `_bucket`.
            durationUnit | unit       | `s`                             | The unit of the histogram's durations.
            testers      | testers    | none                            | One label matcher, such as `'client=~"canary-probe|k6"'`: known testers, whose requests `429-rate` leaves out.
            """);

    /** Units that durations are exported in. */
    private enum DurationUnit {
        S(1),
        MS(0.001);

        private final double seconds;

        DurationUnit(double seconds) {
            this.seconds = seconds;
        }
    }

    private HttpNamesReader() {}

    /** @param usual what the plan leaves out */
    static HttpNames read(YamlNode node, HttpNames usual) {
        YamlObject o = HTTP.at(node);
        return new HttpNames(
                o.getOr("requests", usual.requests()),
                o.getOr("status", usual.status()),
                o.getOr("errors", usual.errors()),
                o.getOr("duration", usual.duration()),
                o.getOr("durationUnit", usual.durationUnit() == 1 ? DurationUnit.S : DurationUnit.MS).seconds,
                o.get("testers"));
    }

    private static String testers(YamlNode node) {
        String text = node.shortText(1_000);
        try {
            if (text != null && MatcherList.parse(text).size() == 1) {
                return text;
            }
            node.error("known testers are selected by one label", "write for example 'client=~\"canary-probe|k6\"'");
        } catch (IllegalArgumentException wrong) {
            node.error(
                    "these are no label matchers: " + wrong.getMessage(),
                    "write for example 'client=\"canary-probe\"'");
        }
        return null;
    }

    private static String histogram(YamlNode node) {
        String name = (String) METRIC.reader().apply(node);
        if (name != null && name.endsWith("_bucket")) {
            node.error(
                    "a histogram is named without _bucket",
                    "write " + name.substring(0, name.length() - "_bucket".length()));
            return null;
        }
        return name;
    }

    private static String expression(YamlNode node) {
        String text = node.shortText(1_000);
        try {
            return text == null ? null : LinearPattern.compile(text).toString();
        } catch (IllegalArgumentException broken) {
            node.error(
                    YamlNode.shown(text) + " is not a regular expression: " + broken.getMessage(),
                    "write for example 5.. or 5..|429");
            return null;
        }
    }
}
