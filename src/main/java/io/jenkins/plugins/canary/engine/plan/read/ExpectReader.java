package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.Expectations.JsonExpectation;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@code expect:} of a probe, what its answers must be like. */
final class ExpectReader {

    private static final Pattern STATUS = Pattern.compile("[1-5](\\d\\d|xx)");
    private static final Pattern QUANTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,3})?)");
    /** Answers with 2xx and no others. */
    private static final Map<String, CountRange> ALL_GOOD = Map.of("2xx", new CountRange(0, Integer.MAX_VALUE));

    private static final Section JSON = Section.of(
                    "jsonExpect",
                    "One value in the body.",
                    Map.of(
                            "JSONPath",
                            CustomMetricReader.PATH,
                            "value",
                            KeyType.of("text", Map.of("type", List.of("string", "number", "boolean")), YamlNode::text)),
                    """
                    path   | JSONPath | required, `$.status` | What yields the value.
                    equals | value    | none | What the value must be.
                    min    | number   | none | The lowest number that passes.
                    max    | number   | none | The highest number that passes.
                    """)
            .rule("{'anyOf': [{'required': ['equals']}, {'required': ['min']}, {'required': ['max']}]}");

    static final Section EXPECT = Section.of(
            "expect",
            "What the answers must be like.",
            Map.of(
                    "counts",
                    KeyType.of(
                            "counts by status",
                            patterns(
                                    STATUS,
                                    Map.of(
                                            "anyOf",
                                            List.of(
                                                    Map.of("type", "integer", "minimum", 0),
                                                    Map.of(
                                                            "type",
                                                            "string",
                                                            "pattern",
                                                            "^(\\d{1,6}|\\d{1,6}\\.\\.|\\.\\.\\d{1,6}|\\d{1,6}\\.\\.\\d{1,6})$")))),
                            null),
                    "expressions",
                    KeyType.of(
                            "expressions by name",
                            Map.of(
                                    "type",
                                    "object",
                                    "additionalProperties",
                                    Map.of("type", "string", "pattern", "\\S")),
                            ExpectReader::headers),
                    "durations",
                    KeyType.of(
                            "durations by quantile",
                            patterns(QUANTILE, Map.of("type", "string", "pattern", KeyType.DURATION)),
                            ExpectReader::latency),
                    "json",
                    JSON.type(ExpectReader::json),
                    "prefix",
                    RequestTypes.PREFIX),
            """
            status           | counts       | all 2xx | How many answers of each status (`200`) or class (`2xx`): `100`, `1..`, `..5`, `90..110`. A status that is not named must not occur.
            headers          | expressions  | none    | On every 2xx: a regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) over the header's whole value.
            latency          | durations    | none    | The longest allowed, by quantile: `{ p99: 300ms }`. Needs `rps`: each request is timed from when it was due, not from when it could be sent, so that a stall is not hidden by the requests that it puts off.
            json             | list of json | none    | What the body of every 2xx must hold.
            rateLimitHeaders | prefix       | none    | Check the rate limit's headers, which begin so.
            """);

    private ExpectReader() {}

    private static Map<String, Object> patterns(Pattern keys, Map<String, Object> values) {
        return Map.of(
                "type",
                "object",
                "additionalProperties",
                false,
                "patternProperties",
                Map.of("^" + keys.pattern().replace("?:", "") + "$", values));
    }

    /**
     * @param node null when the probe expects nothing in particular
     * @param paced whether the probe has a rate, without which no latency means much
     */
    static Expectations read(YamlNode node, boolean paced) {
        if (node == null) {
            return new Expectations(ALL_GOOD, Map.of(), Map.of(), List.of(), null);
        }
        YamlObject o = EXPECT.at(node);
        if (o.has("latency") && !paced) {
            o.key("latency")
                    .error(
                            "without a rate a slow answer puts off the requests behind it, and hides how long they"
                                    + " would have waited",
                            "write rps beside requests");
        }
        String begin = o.get("rateLimitHeaders");
        return new Expectations(
                o.get(
                        "status",
                        n -> map(n, STATUS, "a status", "write for example 200 or 2xx", ExpectReader::range),
                        ALL_GOOD),
                o.getOr("headers", Map.of()),
                o.getOr("latency", Map.of()),
                o.getOr("json", List.of()),
                begin == null ? null : RequestTypes.prefix(begin));
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
            YamlNode value = o.value(name);
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
            T read = value.apply(o.value(name));
            if (read != null) {
                map.put(name, read);
            }
        }
        return map;
    }

    private static JsonExpectation json(YamlNode node) {
        YamlObject o = JSON.at(node);
        String path = o.get("path");
        if (node.isObject() && !o.has("equals") && !o.has("min") && !o.has("max")) {
            node.error("nothing is expected of the value", "add equals, min or max");
        }
        return path == null ? null : new JsonExpectation(path, o.get("equals"), o.get("min"), o.get("max"));
    }
}
