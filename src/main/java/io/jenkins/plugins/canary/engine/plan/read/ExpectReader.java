package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.probe.CountRange;
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.JsonExpectation;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@code expect:} of a probe, what its answers must be like. */
final class ExpectReader {

    private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");
    private static final Pattern QUANTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,3})?)");
    /** Answers with 2xx and no others. */
    private static final Map<String, CountRange> ALL_GOOD = Map.of("2xx", new CountRange(0, Integer.MAX_VALUE));

    private ExpectReader() {}

    /**
     * @param node null when the probe expects nothing in particular
     * @param paced whether the probe has a rate, without which no latency means much
     */
    static Expectations read(YamlNode node, boolean paced) {
        if (node == null) {
            return new Expectations(ALL_GOOD, Map.of(), Map.of(), List.of(), null);
        }
        YamlObject o = Section.EXPECT.at(node);
        if (o.has("latency") && !paced) {
            o.key("latency")
                    .error(
                            "without a rate a slow answer puts off the requests behind it, and hides how long they"
                                    + " would have waited",
                            "write rps beside requests");
        }
        String begin = o.get("rateLimitHeaders", ProbeReader::prefixed, null);
        return new Expectations(
                o.get(
                        "status",
                        n -> map(n, STATUS, "a status", "write for example 200 or 2xx", ExpectReader::range),
                        ALL_GOOD),
                o.get("headers", ExpectReader::headers, Map.of()),
                o.get("latency", ExpectReader::latency, Map.of()),
                o.get(
                        "json",
                        n -> n.list().stream()
                                .map(ExpectReader::json)
                                .filter(Objects::nonNull)
                                .toList(),
                        List.of()),
                begin == null ? null : ProbeReader.prefix(begin));
    }

    private static CountRange range(YamlNode node) {
        String text = node.text();
        CountRange range = text == null ? null : CountRange.parse(text);
        if (text != null && range == null) {
            node.error(YamlNode.shown(text) + " is not a number of answers", "write 100, 1.., ..5 or 90..110");
        }
        return range;
    }

    private static Map<String, LinearPattern> headers(YamlNode node) {
        YamlObject o = node.object();
        Map<String, LinearPattern> headers = new LinkedHashMap<>();
        for (String name : o.keys()) {
            YamlNode value = o.get(name).orElseThrow();
            String text = value.shortText(1_000);
            try {
                if (text != null) {
                    headers.put(name, LinearPattern.compile(text));
                }
            } catch (IllegalArgumentException broken) {
                value.error(
                        YamlNode.shown(text) + " is not a regular expression: " + broken.getMessage(),
                        "write for example application/json.*");
            }
        }
        return headers;
    }

    private static Map<Double, Double> latency(YamlNode node) {
        Map<Double, Double> latency = new LinkedHashMap<>();
        map(
                        node,
                        QUANTILE,
                        "a quantile",
                        "write for example p50, p99 or p99.9",
                        n -> n.positive() == null ? null : n.positive().toNanos() / 1e9)
                .forEach((word, bound) -> latency.put(
                        new java.math.BigDecimal(word.substring(1))
                                .movePointLeft(2)
                                .doubleValue(),
                        bound));
        return latency;
    }

    private static <T> Map<String, T> map(
            YamlNode node, Pattern key, String what, String remedy, Function<YamlNode, T> value) {
        YamlObject o = node.object();
        Map<String, T> map = new LinkedHashMap<>();
        for (String name : o.keys()) {
            if (!key.matcher(name).matches()) {
                o.key(name).error(YamlNode.shown(name) + " is not " + what, remedy);
                continue;
            }
            T read = value.apply(o.get(name).orElseThrow());
            if (read != null) {
                map.put(name, read);
            }
        }
        return map;
    }

    private static JsonExpectation json(YamlNode node) {
        YamlObject o = Section.JSON_EXPECT.at(node);
        String path = o.need("path", CustomMetricReader::path, "$.status");
        if (node.isObject() && !o.has("equals") && !o.has("min") && !o.has("max")) {
            node.error("nothing is expected of the value", "add equals, min or max");
        }
        return path == null
                ? null
                : new JsonExpectation(
                        path,
                        o.get("equals", YamlNode::text, null),
                        o.get("min", YamlNode::number, null),
                        o.get("max", YamlNode::number, null));
    }
}
