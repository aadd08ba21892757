package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.regex.Pattern;

/** Reads {@code metrics.http:}, how the service's own HTTP metrics are called. */
final class HttpNamesReader {

    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

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
        YamlObject o = Section.HTTP.at(node);
        return new HttpNames(
                o.get("requests", HttpNamesReader::metric, usual.requests()),
                o.get(
                        "status",
                        n -> n.matching(LABEL, "a label's name", "write for example status or code"),
                        usual.status()),
                o.get("errors", HttpNamesReader::expression, usual.errors()),
                o.get("duration", HttpNamesReader::histogram, usual.duration()),
                o.get(
                                "durationUnit",
                                n -> n.choice(DurationUnit.class),
                                usual.durationUnit() == 1 ? DurationUnit.S : DurationUnit.MS)
                        .seconds,
                o.get("testers", HttpNamesReader::testers, null));
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

    private static String metric(YamlNode node) {
        return node.matching(METRIC, "a metric's name", "use letters, digits, '_' and ':'");
    }

    private static String histogram(YamlNode node) {
        String name = metric(node);
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
