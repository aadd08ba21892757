package io.jenkins.plugins.canary.engine.plan.kayenta;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands for Kayenta's placeholders: values that were given, and those of a request that are the same for both tracks.
 * One without a value becomes {@code {{FILL_name}}}, which no plan is read with, and is asked for. Not for several threads.
 */
final class ScopeValues {

    /** A value that stands for the track's label matchers: the whole matcher around the placeholder becomes it. */
    static final String LABELS = "{{labels}}";

    private static final Pattern USE = Pattern.compile("\\$\\{([^{}:]++)(?::-([^{}]*+))?}");
    private static final Pattern AROUND = Pattern.compile(
            "[A-Za-z_][A-Za-z0-9_]*+\\s*+=~?\\s*+(?:\"[^\"]*?\\$\\{NAME}[^\"]*+\"|'[^']*?\\$\\{NAME}[^']*+')"
                    .replace("NAME", "([^{}:\"']++)"));

    /** What a request says of one placeholder. */
    private record Pair(String control, String experiment) {}

    private final Map<String, String> given;
    private final Map<String, Map<String, Pair>> scopes = new LinkedHashMap<>();
    private final Map<String, Set<String>> missing = new LinkedHashMap<>();
    private final Map<String, Pair> differing = new LinkedHashMap<>();
    private final Set<String> labels = new LinkedHashSet<>();

    /**
     * @param given by the placeholder's name; they win over those of the request
     * @param request {@code executionRequest.scopes}, as an object or as a list
     */
    ScopeValues(Map<String, String> given, JsonNode request) {
        this.given = Map.copyOf(given);
        if (request.isArray()) {
            request.forEach(scope -> scopes.put(
                    scope.path("scopeName").asText("default"),
                    pairs(
                            scope.path("controlScope"),
                            scope.path("experimentScope"),
                            scope.path("controlLocation"),
                            scope.path("experimentLocation"),
                            scope.path("extendedScopeParams"),
                            scope.path("extendedScopeParams"))));
        } else {
            request.fields().forEachRemaining(e -> {
                JsonNode control = e.getValue().path("controlScope");
                JsonNode experiment = e.getValue().path("experimentScope");
                scopes.put(
                        e.getKey(),
                        pairs(
                                control.path("scope"),
                                experiment.path("scope"),
                                control.path("location"),
                                experiment.path("location"),
                                control.path("extendedScopeParams"),
                                experiment.path("extendedScopeParams")));
            });
        }
    }

    private static Map<String, Pair> pairs(JsonNode... of) {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        put(pairs, "scope", of[0], of[1]);
        put(pairs, "location", of[2], of[3]);
        of[5].fieldNames().forEachRemaining(name -> put(pairs, name, of[4].path(name), of[5].path(name)));
        return pairs;
    }

    private static void put(Map<String, Pair> pairs, String name, JsonNode control, JsonNode experiment) {
        if (control.isValueNode() && experiment.isValueNode()) {
            pairs.put(name, new Pair(control.asText(), experiment.asText()));
        }
    }

    /** Null when nothing gives one value for both tracks. */
    String value(String scopeName, String name) {
        Pair pair = scopes.getOrDefault(scopeName, Map.of()).get(name);
        return given.containsKey(name)
                ? given.get(name)
                : pair != null && pair.control.equals(pair.experiment) ? pair.control : null;
    }

    /** Whether the request names this scope; true without a request. */
    boolean knows(String scopeName) {
        return scopes.isEmpty() ? scopeName.equals("default") : scopes.containsKey(scopeName);
    }

    /**
     * The text with a value, its default ({@code ${name:-default}}), or {@code {{FILL_name}}} for each placeholder.
     *
     * @param metric whose text it is, to say who needs a value
     * @param own values of the query itself, which a request does not override
     */
    String fill(String text, String scopeName, String metric, Map<String, String> own) {
        String matched = AROUND.matcher(text).replaceAll(m -> {
            String name = m.group(1) == null ? m.group(2) : m.group(1);
            if (!LABELS.equals(value(scopeName, name))) {
                return Matcher.quoteReplacement(m.group());
            }
            labels.add(m.group());
            return Matcher.quoteReplacement(LABELS);
        });
        return USE.matcher(matched).replaceAll(m -> {
            String name = m.group(1);
            String value = value(scopeName, name);
            value = value == null ? own.get(name) : value;
            value = value == null ? m.group(2) : value;
            return Matcher.quoteReplacement(value == null ? missing(name, scopeName, metric) : value);
        });
    }

    private String missing(String name, String scopeName, String metric) {
        missing.computeIfAbsent(name, unused -> new LinkedHashSet<>()).add(metric);
        Pair pair = scopes.getOrDefault(scopeName, Map.of()).get(name);
        if (pair != null) {
            differing.put(name, pair);
        }
        return "{{FILL_" + name + "}}";
    }

    boolean complete() {
        return missing.isEmpty();
    }

    /** What is left to do, a line for each placeholder. */
    Set<String> toDo() {
        Set<String> lines = new LinkedHashSet<>();
        missing.forEach((name, metrics) -> {
            Pair pair = differing.get(name);
            lines.add("fill in ${" + name + "}, in " + String.join(", ", metrics)
                    + (pair == null
                            ? ""
                            : " ('" + pair.experiment + "' for the canary and '" + pair.control + "' for stable)")
                    + ": give --arg " + name + "=VALUE, in which {{track}}, {{version}}, {{target}} and {{namespace}}"
                    + " may stand, or --arg '" + name + "={{labels}}' for the track's own label matchers");
        });
        labels.forEach(matcher -> lines.add(
                "write metrics.labels.canary and metrics.labels.stable, each with the track's value in " + matcher));
        return lines;
    }
}
