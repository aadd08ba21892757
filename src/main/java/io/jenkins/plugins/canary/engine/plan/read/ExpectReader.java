package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.Expectations.JsonExpectation;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.math.BigDecimal;
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
                            JsonQueryReader.PATH,
                            "value",
                            KeyType.of("text", KeyType.SCALAR, YamlNode::text)),
                    """
            path   | JSONPath | required, `$.status` | What yields the value.
            equals | value    | none | What the value must be.
            min    | number   | none | The lowest number that passes.
            max    | number   | none | The highest number that passes.
            """)
            .rule("{'anyOf': [{'required': ['equals']}, {'required': ['min']}, {'required': ['max']}]}");

    private static final Map<String, Object> COUNT = Map.of(
            "anyOf",
            List.of(
                    Map.of("type", "integer", "minimum", 0),
                    text("^(\\d{1,6}|\\d{1,6}\\.\\.|\\.\\.\\d{1,6}|\\d{1,6}\\.\\.\\d{1,6})$")));

    static final Section EXPECT = Section.of(
            "expect",
            "What the answers must be like.",
            Map.of(
                    "counts", patterns("counts by status", STATUS, COUNT, ExpectReader::status),
                    "expressions", KeyType.byName("expressions by name", text("\\S"), ExpectReader::headers),
                    "durations",
                            patterns("durations by quantile", QUANTILE, text(KeyType.DURATION), ExpectReader::latency),
                    "json", JSON.type(ExpectReader::json),
                    "prefix", RequestTypes.PREFIX),
            """
            status           | counts       | all 2xx | How many answers of each status (`200`) or class (`2xx`): `100`, `1..`, `..5`, `90..110`. A status that is not named must not occur.
            headers          | expressions  | none    | On every 2xx: a regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) over the header's whole value.
            latency          | durations    | none    | The longest allowed, by quantile: `{ p99: 300ms }`. Needs `rps`: each request is timed from when it was due, not from when it could be sent, so that a stall is not hidden by the requests that it puts off.
            json             | list of json | none    | What the body of every 2xx must hold.
            rateLimitHeaders | prefix       | none    | Check the rate limit's headers, which begin so.
            """);

    private ExpectReader() {}

    private static Map<String, Object> text(String pattern) {
        return Map.of("type", "string", "pattern", pattern);
    }

    private static KeyType patterns(
            String word, Pattern keys, Map<String, Object> values, Function<YamlNode, ?> reader) {
        Map<String, Object> byPattern = Map.of("^" + keys.pattern().replace("?:", "") + "$", values);
        return KeyType.of(
                word, Map.of("type", "object", "additionalProperties", false, "patternProperties", byPattern), reader);
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
        return new Expectations(
                o.getOr("status", ALL_GOOD),
                o.getOr("headers", Map.of()),
                o.getOr("latency", Map.of()),
                o.getOr("json", List.of()),
                o.get("rateLimitHeaders"));
    }

    private static Map<String, CountRange> status(YamlNode node) {
        return map(
                node,
                STATUS,
                "a status",
                "write for example 200 or 2xx",
                n -> n.parsed(CountRange::parse, "{} is not a number of answers", "write 100, 1.., ..5 or 90..110"));
    }

    private static Map<String, LinearPattern> headers(YamlNode node) {
        YamlObject o = node.object();
        return o.map(name -> RequestTypes.pattern(o.value(name), "write for example application/json.*"));
    }

    private static Map<Double, Double> latency(YamlNode node) {
        Map<Double, Double> latency = new LinkedHashMap<>();
        map(node, QUANTILE, "a quantile", "write for example p50, p99 or p99.9", YamlNode::positive)
                .forEach((word, bound) -> latency.put(
                        new BigDecimal(word.substring(1)).movePointLeft(2).doubleValue(), bound.toNanos() / 1e9));
        return latency;
    }

    private static <T> Map<String, T> map(
            YamlNode node, Pattern key, String what, String remedy, Function<YamlNode, T> value) {
        YamlObject o = node.object();
        return o.map(name -> {
            if (!key.matcher(name).matches()) {
                o.key(name).error(YamlNode.shown(name) + " is not " + what, remedy);
                return null;
            }
            return value.apply(o.value(name));
        });
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
