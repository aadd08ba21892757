package io.jenkins.plugins.canary.engine.plan.kayenta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Kayenta canary configuration as this engine's own tests and score. Judges as Kayenta's NetflixACAJudge-v1.0 does:
 * Mann-Whitney at 98% confidence, a tolerance of a quarter of the shift, outliers beyond three interquartile distances
 * removed on request.
 *
 * @param notCarried what the configuration says and this reading leaves out or changes, each with its place
 */
public record KayentaConfig(String name, List<Metric> metrics, Score score, List<String> notCarried) {

    /**
     * @param promql the query text as written, with Kayenta's placeholders; null when it is none in PromQL
     */
    public record Metric(String name, String promql, MannWhitney test, Score.Metric settings) {}

    private static final Set<String> KNOWN = words("id name description createdTimestamp updatedTimestamp"
            + " createdTimestampIso updatedTimestampIso configVersion applications judge metrics templates classifier");

    private static final Set<String> METRIC = words("name query groups analysisConfigurations scopeName");
    private static final Set<String> ANALYSIS =
            words("direction nanStrategy critical mustHaveData effectSize outliers");
    private static final Set<String> EFFECT =
            words("measure allowedIncrease allowedDecrease criticalIncrease criticalDecrease");

    private static final Map<String, Cleaning.NaN> NAN =
            Map.of("remove", Cleaning.NaN.REMOVE, "replace", Cleaning.NaN.REPLACE);
    private static final Map<String, Cleaning.Outliers> OUTLIERS =
            Map.of("keep", Cleaning.Outliers.KEEP, "remove", Cleaning.Outliers.REMOVE);
    private static final Map<String, EffectSize.Measure> MEASURES =
            Map.of("meanRatio", EffectSize.Measure.MEAN_RATIO, "cles", EffectSize.Measure.CLES);

    private static Set<String> words(String words) {
        return Set.of(words.split(" "));
    }

    /**
     * Reads a configuration, or a request to Kayenta that has it under {@code canaryConfig}.
     *
     * @throws IllegalArgumentException when it is no JSON object with a list of metrics; says where and what
     */
    public static KayentaConfig read(String json) {
        JsonNode file;
        try {
            file = BoundedJson.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the Kayenta configuration is not JSON: "
                    + (e.getLocation() == null
                            ? ""
                            : "line " + e.getLocation().getLineNr() + ", column "
                                    + e.getLocation().getColumnNr() + ": ")
                    + e.getOriginalMessage());
        }
        JsonNode root = file.path("canaryConfig").isObject() ? file.path("canaryConfig") : file;
        if (!root.isObject()
                || !root.path("metrics").isArray()
                || root.path("metrics").isEmpty()) {
            throw new IllegalArgumentException(
                    "the Kayenta configuration has no list 'metrics' with at least one entry");
        }
        List<String> lost = new ArrayList<>();
        if (file != root) {
            unknown(file, Set.of("canaryConfig", "executionRequest"), "", lost);
            unknown(file.path("executionRequest"), Set.of("thresholds"), "executionRequest.", lost);
        }
        unknown(root, KNOWN, "", lost);
        String judge = root.path("judge").path("name").asText("NetflixACAJudge-v1.0");
        if (!judge.equals("NetflixACAJudge-v1.0")) {
            lost.add("judge.name: '" + judge + "' is judged as NetflixACAJudge-v1.0");
        }
        if (!root.path("judge").path("judgeConfigurations").isEmpty()) {
            lost.add("judge.judgeConfigurations: ignored");
        }
        List<Metric> metrics = new ArrayList<>();
        for (JsonNode metric : root.path("metrics")) {
            metrics.add(metric(metric, "metrics[" + metrics.size() + "]", root.path("templates"), lost));
        }
        return new KayentaConfig(
                root.path("name").asText(""),
                List.copyOf(metrics),
                score(root.path("classifier"), file.path("executionRequest").path("thresholds"), lost),
                List.copyOf(lost));
    }

    private static Metric metric(JsonNode metric, String at, JsonNode templates, List<String> lost) {
        String name = metric.path("name").asText("");
        if (name.isEmpty()) {
            throw new IllegalArgumentException(at + ".name is missing");
        }
        unknown(metric, METRIC, at + ".", lost);
        if (!metric.path("scopeName").asText("default").equals("default")) {
            lost.add(at + ".scopeName: scopes other than 'default' are ignored");
        }
        JsonNode analysis = metric.path("analysisConfigurations").path("canary");
        String here = at + ".analysisConfigurations.canary";
        unknown(metric.path("analysisConfigurations"), Set.of("canary"), at + ".analysisConfigurations.", lost);
        unknown(analysis, ANALYSIS, here + ".", lost);
        String outliers = here + ".outliers";
        Cleaning cleaning = new Cleaning(
                choice(analysis, "nanStrategy", "remove", NAN, here, lost),
                choice(analysis.path("outliers"), "strategy", "keep", OUTLIERS, outliers, lost),
                number(analysis.path("outliers"), "outlierFactor", 3, outliers));
        Direction direction = choice(analysis, "direction", "either", KeyType.words(Direction.class), here, lost);
        Comparison comparison = Comparison.DEFAULT.direction(direction);
        EffectSize effect = effectSize(analysis.path("effectSize"), here + ".effectSize", lost);
        MannWhitney test = new MannWhitney(comparison, cleaning, MannWhitney.Allowance.OF_SHIFT, effect, true);
        List<String> groups = new ArrayList<>();
        metric.path("groups").forEach(g -> groups.add(g.asText()));
        if (groups.isEmpty()) {
            groups.add(name);
            lost.add(at + ".groups: '" + name + "' is in no group; it becomes its own");
        }
        return new Metric(
                name,
                promql(metric.path("query"), at + ".query", templates, lost),
                test,
                new Score.Metric(
                        name,
                        groups,
                        analysis.path("critical").asBoolean(false),
                        analysis.path("mustHaveData").asBoolean(false),
                        effect));
    }

    private static EffectSize effectSize(JsonNode size, String at, List<String> lost) {
        if (size.isMissingNode() || size.isNull()) {
            return null;
        }
        EffectSize.Measure measure = choice(size, "measure", "meanRatio", MEASURES, at, lost);
        double none = measure.none();
        unknown(size, EFFECT, at + ".", lost);
        return new EffectSize(
                measure,
                number(size, "allowedIncrease", none, at),
                number(size, "allowedDecrease", none, at),
                number(size, "criticalIncrease", none, at),
                number(size, "criticalDecrease", none, at));
    }

    private static String promql(JsonNode query, String at, JsonNode templates, List<String> lost) {
        String type = query.path("type").asText(query.path("serviceType").asText("none"));
        if (!type.equals("prometheus")) {
            lost.add(at + ": a query of type '" + type + "' cannot be run here; write it as a custom metric");
            return null;
        }
        String inline = query.path("customInlineTemplate").asText("");
        if (inline.isEmpty() && query.hasNonNull("customFilterTemplate")) {
            inline = templates.path(query.path("customFilterTemplate").asText()).asText("");
        }
        if (!inline.startsWith("PromQL:")) {
            lost.add(at + ": built from metricName '" + query.path("metricName").asText("") + "' and label bindings; "
                    + "write the PromQL as a custom metric");
            return null;
        }
        String text = inline.substring("PromQL:".length()).trim();
        String unescaped = text.replace("$\\{", "${");
        if (unescaped.contains("${")) {
            lost.add(at + ": replace the placeholders ${scope} and ${location} by {{labels}} or {{track}}");
        }
        return unescaped;
    }

    /** @param ofRequest the marks that a request to Kayenta brings along */
    private static Score score(JsonNode classifier, JsonNode ofRequest, List<String> lost) {
        Map<String, Double> weights = new LinkedHashMap<>();
        classifier
                .path("groupWeights")
                .fields()
                .forEachRemaining(e -> weights.put(e.getKey(), e.getValue().asDouble(Double.NaN)));
        unknown(classifier, Set.of("groupWeights", "scoreThresholds"), "classifier.", lost);
        JsonNode own = classifier.path("scoreThresholds");
        JsonNode marks = own.isMissingNode() ? ofRequest : own;
        if (marks.isMissingNode()) {
            lost.add("classifier.scoreThresholds: given to Kayenta with each run; taken as pass 95, marginal 75");
        }
        String at = own.isMissingNode() ? "executionRequest.thresholds" : "classifier.scoreThresholds";
        return new Score(weights, number(marks, "pass", 95, at), number(marks, "marginal", 75, at));
    }

    private static <T> T choice(
            JsonNode in, String key, String otherwise, Map<String, T> choices, String at, List<String> lost) {
        String value = in.path(key).asText(otherwise);
        if (!choices.containsKey(value)) {
            lost.add(at + "." + key + ": '" + value + "' is not known here; taken as '" + otherwise + "'");
        }
        return choices.getOrDefault(value, choices.get(otherwise));
    }

    private static double number(JsonNode in, String key, double otherwise, String at) {
        JsonNode value = in.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IllegalArgumentException(at + "." + key + " is not a number: " + value);
        }
        return value.asDouble();
    }

    private static void unknown(JsonNode in, Set<String> known, String at, List<String> lost) {
        in.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                lost.add(at + key + ": unknown here, ignored");
            }
        });
    }
}
