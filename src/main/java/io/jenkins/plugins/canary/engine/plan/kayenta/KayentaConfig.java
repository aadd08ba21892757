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
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A Kayenta canary configuration as this engine's own tests and score. Judges as Kayenta's NetflixACAJudge-v1.0 does:
 * Mann-Whitney at 98% confidence, a tolerance of a quarter of the shift, outliers beyond three interquartile distances
 * removed on request.
 *
 * @param notCarried what the configuration says and this reading leaves out or changes, each with its place
 * @param toDo what is left to fill in
 * @param complete whether nothing is left to fill in
 */
public record KayentaConfig(
        String name, List<Metric> metrics, Score score, List<String> notCarried, List<String> toDo, boolean complete) {

    /**
     * @param promql what Kayenta sends to Prometheus, with a plan's placeholders; null when it asks another server
     * @param json the document that answers the same; null when there is none
     * @param muted whether Kayenta shows it and does not score it
     */
    public record Metric(
            String name, String promql, JsonQuery json, MannWhitney test, Score.Metric settings, boolean muted) {}

    /**
     * What Kayenta is told with each run.
     *
     * @param args values of placeholders by name, such as {@code scope}
     * @param servers addresses of other servers than Prometheus by type, such as {@code graphite}
     */
    public record Options(Map<String, String> args, Map<String, String> servers) {

        public static final Options NONE = new Options(Map.of(), Map.of());
    }

    private static final Set<String> KNOWN = words("id name description createdTimestamp updatedTimestamp"
            + " createdTimestampIso updatedTimestampIso configVersion applications judge metrics templates classifier");

    /** Kayenta fails when half of the metrics or more have no data. */
    private static final double ENOUGH_DATA = 0.51;

    private static final Set<String> METRIC = words("name query groups analysisConfigurations scopeName");
    private static final Set<String> ANALYSIS =
            words("direction nanStrategy critical mustHaveData muted effectSize outliers");
    private static final Set<String> EFFECT =
            words("measure allowedIncrease allowedDecrease criticalIncrease criticalDecrease");

    private static final Map<String, Cleaning.NaN> NAN =
            Map.of("remove", Cleaning.NaN.REMOVE, "replace", Cleaning.NaN.REPLACE);
    private static final Map<String, Cleaning.Outliers> OUTLIERS =
            Map.of("keep", Cleaning.Outliers.KEEP, "remove", Cleaning.Outliers.REMOVE_BEYOND_P99);
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
    public static KayentaConfig read(String json, Options options) {
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
        JsonNode request = file.path("executionRequest");
        if (file != root) {
            unknown(file, Set.of("canaryConfig", "executionRequest"), "", lost::add);
            unknown(request, Set.of("thresholds", "scopes"), "executionRequest.", lost::add);
        }
        unknown(root, KNOWN, "", lost::add);
        String judge = root.path("judge").path("name").asText("NetflixACAJudge-v1.0");
        if (!judge.equals("NetflixACAJudge-v1.0")) {
            lost.add("judge.name: '" + judge + "' is judged as NetflixACAJudge-v1.0");
        }
        if (!root.path("judge").path("judgeConfigurations").isEmpty()) {
            lost.add("judge.judgeConfigurations: ignored");
        }
        ScopeValues scopes = new ScopeValues(options.args(), request.path("scopes"));
        List<Metric> metrics = new ArrayList<>();
        int at = 0;
        for (JsonNode metric : root.path("metrics")) {
            metric(metric, "metrics[" + at++ + "]", root.path("templates"), scopes, options, lost)
                    .ifPresent(metrics::add);
        }
        return new KayentaConfig(
                root.path("name").asText(""),
                List.copyOf(metrics),
                score(root.path("classifier"), request.path("thresholds"), lost),
                List.copyOf(lost),
                List.copyOf(scopes.toDo()),
                scopes.complete());
    }

    /** Empty for a metric that Kayenta does not score. */
    private static Optional<Metric> metric(
            JsonNode metric, String at, JsonNode templates, ScopeValues scopes, Options options, List<String> lost) {
        String name = metric.path("name").asText("");
        if (name.isEmpty()) {
            throw new IllegalArgumentException(at + ".name is missing");
        }
        JsonNode analysis = metric.path("analysisConfigurations").path("canary");
        String here = at + ".analysisConfigurations.canary";
        unknown(metric, METRIC, at + ".", lost::add);
        String scopeName = metric.path("scopeName").asText("default");
        if (!scopes.knows(scopeName)) {
            lost.add(at + ".scopeName: the values of placeholders are the same for '" + scopeName + "' as for others");
        }
        unknown(metric.path("analysisConfigurations"), Set.of("canary"), at + ".analysisConfigurations.", lost::add);
        unknown(analysis, ANALYSIS, here + ".", lost::add);
        unknown(analysis.path("outliers"), Set.of("strategy", "outlierFactor"), here + ".outliers.", lost::add);
        MannWhitney test = test(analysis, here, lost);
        List<String> groups = new ArrayList<>();
        metric.path("groups").forEach(g -> groups.add(g.asText()));
        if (groups.isEmpty()) {
            groups.add(name);
            lost.add(at + ".groups: '" + name + "' is in no group; it becomes its own");
        }
        boolean critical = analysis.path("critical").asBoolean(false);
        EffectSize effect = test.effectSize();
        double none = effect.measure().none();
        if (critical && (effect.criticalIncrease() != none || effect.criticalDecrease() != none)) {
            lost.add(here + ".effectSize: criticalIncrease and criticalDecrease; any failure of a critical criterion is"
                    + " critical here");
        }
        JsonNode query = metric.path("query");
        String type = query.path("type").asText(query.path("serviceType").asText("none"));
        boolean prometheus = type.equals("prometheus");
        return Optional.of(new Metric(
                name,
                prometheus
                        ? new QueryReader(templates, scopes, lost::add).promql(query, at + ".query", scopeName, name)
                        : null,
                prometheus
                        ? null
                        : new ProviderReader(scopes, options.servers(), lost::add)
                                .json(query, type, at + ".query", scopeName, name),
                test,
                new Score.Metric(
                        name, groups, critical, analysis.path("mustHaveData").asBoolean(false), effect),
                analysis.path("muted").asBoolean(false)));
    }

    private static MannWhitney test(JsonNode analysis, String here, List<String> lost) {
        String outliers = here + ".outliers";
        Cleaning cleaning = new Cleaning(
                choice(analysis, "nanStrategy", "remove", NAN, here, lost),
                choice(analysis.path("outliers"), "strategy", "keep", OUTLIERS, outliers, lost),
                number(analysis.path("outliers"), "outlierFactor", 3, outliers));
        Direction direction = choice(analysis, "direction", "either", KeyType.words(Direction.class), here, lost);
        return new MannWhitney(
                Comparison.DEFAULT.direction(direction),
                cleaning,
                MannWhitney.Allowance.OF_SHIFT,
                effectSize(analysis.path("effectSize"), here + ".effectSize", lost),
                true);
    }

    private static EffectSize effectSize(JsonNode size, String at, List<String> lost) {
        EffectSize.Measure measure = choice(size, "measure", "meanRatio", MEASURES, at, lost);
        double none = measure.none();
        unknown(size, EFFECT, at + ".", lost::add);
        return new EffectSize(
                measure,
                number(size, "allowedIncrease", none, at),
                number(size, "allowedDecrease", none, at),
                number(size, "criticalIncrease", none, at),
                number(size, "criticalDecrease", none, at));
    }

    /** @param ofRequest the marks that a request to Kayenta brings along; Kayenta judges by them and no others */
    private static Score score(JsonNode classifier, JsonNode ofRequest, List<String> lost) {
        Map<String, Double> weights = new LinkedHashMap<>();
        classifier
                .path("groupWeights")
                .fields()
                .forEachRemaining(e -> weights.put(e.getKey(), e.getValue().asDouble(Double.NaN)));
        unknown(classifier, Set.of("groupWeights", "scoreThresholds"), "classifier.", lost::add);
        JsonNode marks = ofRequest.isMissingNode() ? classifier.path("scoreThresholds") : ofRequest;
        if (marks.isMissingNode()) {
            lost.add("classifier.scoreThresholds: given to Kayenta with each run; taken as pass 95, marginal 75");
        }
        String at = ofRequest.isMissingNode() ? "classifier.scoreThresholds" : "executionRequest.thresholds";
        return new Score(weights, number(marks, "pass", 95, at), number(marks, "marginal", 75, at), ENOUGH_DATA);
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

    static void unknown(JsonNode in, Set<String> known, String at, Consumer<String> lost) {
        in.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                lost.accept(at + key + ": unknown here, ignored");
            }
        });
    }
}
