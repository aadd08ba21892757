package io.jenkins.plugins.canary.engine.metric.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.prometheus.QueryResult.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads an answer of the HTTP API v1 ("HTTP API" in Prometheus' documentation), and believes nothing that does not
 * have its form. Thanos, Mimir and VictoriaMetrics answer in the same form.
 */
final class AnswerReader {

    private static final int MESSAGE = 300;
    private static final int MOST_TEXTS = 5;
    /** The year 9999. */
    private static final long LATEST_MILLIS = 253_402_300_800_000L;
    /** As Prometheus, Thanos and Mimir have them. */
    private static final Set<String> ERRORS = Set.of(
            ("timeout canceled execution bad_data internal unavailable not_found not_acceptable too_many_requests"
                            + " too_large_entry")
                    .split(" "));

    /** Whoever asks for whatever is answered so: nobody is there, or this asker is not wanted. */
    private static final Set<Integer> NOT_OF_THE_QUERY = Set.of(401, 403, 404, 407, 429, 502, 503);

    private final HttpAnswer answer;
    private final String from;
    private final boolean range;

    /** @param range whether many values of each series were asked for, or one */
    AnswerReader(HttpAnswer answer, boolean range) {
        this.answer = answer;
        this.range = range;
        this.from = PlainText.address(answer.from());
    }

    /** @throws MetricException when the server refuses, or does not speak the API */
    QueryResult read() throws MetricException {
        boolean ok = answer.status() / 100 == 2;
        if (answer.isHtml()) {
            throw new MetricException(
                    ok
                            ? from + " answered with a web page instead of JSON" + answer.title()
                                    + ": is this the address of Prometheus' API, and is no login page in front of it?"
                            : answer.refusal());
        }
        JsonNode root = json(ok);
        if (root.path("status").asText().equals("error")) {
            String told = root.path("errorType").asText();
            String type = ERRORS.contains(told) ? told : "error";
            String message = (ok ? from + " answered" : answer.refusal()) + ": " + type + ", "
                    + (root.hasNonNull("error")
                            ? answer.quote(root.path("error").asText(), MESSAGE)
                            : "without a reason");
            throw type.equals("timeout") ? new QueryRefusedException(message) : refused(message);
        }
        if (!ok) {
            throw refused(answer.refusal());
        }
        if (!root.path("status").asText().equals("success")
                || !root.path("data").isObject()) {
            throw wrong("it has no status 'success' with data");
        }
        if (root.path("isPartial").asBoolean()) {
            throw new QueryRefusedException(
                    from + " answered from a part of its storage only, which is no basis for a verdict");
        }
        List<String> warnings = texts(root.path("warnings"));
        if (!warnings.isEmpty()) {
            throw new QueryRefusedException(
                    from + " warns that its answer may be incomplete, which is no basis for a verdict: "
                            + String.join("; ", warnings));
        }
        return new QueryResult(series(root.get("data")), texts(root.path("infos")));
    }

    private JsonNode json(boolean ok) throws MetricException {
        try {
            JsonNode root = BoundedJson.MAPPER.readTree(answer.body());
            if (root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException e) {
            if (ok) {
                throw wrong(BoundedJson.fault(e, answer.body().length));
            }
        } catch (IOException e) {
            throw wrong("it cannot be read");
        }
        throw ok ? wrong("it is not a JSON object") : refused(answer.refusal());
    }

    private List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : list) {
            if (texts.size() == MOST_TEXTS) {
                texts.add("and " + (list.size() - MOST_TEXTS) + " more");
                break;
            }
            texts.add(answer.quote(text.asText(), MESSAGE));
        }
        return texts;
    }

    private List<Series> series(JsonNode data) throws MetricException {
        JsonNode result = data.path("result");
        String type = data.path("resultType").asText();
        List<Series> all = new ArrayList<>();
        if (type.equals("matrix") && !range) {
            throw new QueryRefusedException(
                    from + ": the query yields a range of values, where an instant's is wanted: put "
                            + "rate(), increase() or another function around it");
        }
        switch (type) {
            case "scalar":
                all.add(points(Map.of(), List.of(result)));
                return all;
            case "vector", "matrix":
                if (!result.isArray()) {
                    throw wrong("its result is no list");
                }
                Set<Map<String, String>> seen = new HashSet<>();
                for (JsonNode one : result) {
                    Series s = points(labels(one.path("metric")), samples(one, type));
                    if (!seen.add(s.labels())) {
                        throw wrong("it has the same series twice");
                    }
                    all.add(s);
                }
                return all;
            default:
                throw new QueryRefusedException(from + ": the query yields "
                        + (type.equals("string") ? "a string" : "no numbers") + ", where numbers are wanted");
        }
    }

    private List<JsonNode> samples(JsonNode series, String type) throws MetricException {
        List<JsonNode> samples = new ArrayList<>();
        if (type.equals("vector")) {
            samples.add(series.path("value"));
        } else {
            series.path("values").forEach(samples::add);
        }
        if (series.has("histogram") || series.has("histograms")) {
            throw new QueryRefusedException(
                    from + ": the query yields a native histogram, where a number is wanted: wrap it in "
                            + "histogram_quantile() or histogram_count()");
        }
        return samples;
    }

    private Map<String, String> labels(JsonNode metric) throws MetricException {
        if (!metric.isObject()) {
            throw wrong("a series has no labels object");
        }
        Map<String, String> labels = new HashMap<>();
        metric.properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
        return labels;
    }

    private Series points(Map<String, String> labels, List<JsonNode> samples) throws MetricException {
        long[] millis = new long[samples.size()];
        double[] values = new double[samples.size()];
        for (int i = 0; i < millis.length; i++) {
            JsonNode sample = samples.get(i);
            OptionalDouble value =
                    sample.path(1).isTextual() ? PromQlText.number(sample.get(1).textValue()) : OptionalDouble.empty();
            if (sample.size() != 2 || !sample.get(0).isNumber() || value.isEmpty()) {
                throw wrong("a sample is not a pair of a time and a number in quotes, but " + BoundedJson.kind(sample));
            }
            millis[i] = Math.round(sample.get(0).doubleValue() * 1000);
            if (Math.abs(millis[i]) > LATEST_MILLIS || i > 0 && millis[i] <= millis[i - 1]) {
                throw wrong("the times of a series do not rise");
            }
            values[i] = value.getAsDouble();
        }
        return new Series(labels, millis, values);
    }

    private MetricException refused(String message) {
        return answer.status() / 100 == 3 || NOT_OF_THE_QUERY.contains(answer.status())
                ? new MetricException(message)
                : new QueryRefusedException(message);
    }

    private MetricException wrong(String how) {
        return new QueryRefusedException(from + " answered with something that is not Prometheus' API: " + how);
    }
}
