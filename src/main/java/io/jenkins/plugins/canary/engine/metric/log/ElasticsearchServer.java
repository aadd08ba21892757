package io.jenkins.plugins.canary.engine.metric.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The search of Elasticsearch and OpenSearch over documents whose time is in {@code @timestamp}.
 *
 * @param lines the query string that selects each track's documents
 * @param errors the query string that leaves the errors
 */
record ElasticsearchServer(LogSettings.Elasticsearch at, Map<Track, String> lines, String errors) implements LogServer {

    private static final String TIME = "@timestamp";
    /** As milliseconds this is the year 33658: sort values above are nanoseconds. */
    private static final long LATEST_MILLIS = 1_000_000_000_000_000L;

    @Override
    public HttpCall errors(Track track, Instant from, Instant to, int most) {
        ObjectNode search =
                search(from, to, lines.get(track), errors).put("size", most).put("track_total_hits", false);
        search.putArray("sort").addObject().putObject(TIME).put("order", "desc");
        search.putArray("_source").add(at.message());
        return call(search);
    }

    @Override
    public HttpCall count(Track track, Instant from, Instant to) {
        return call(search(from, to, lines.get(track)).put("size", 0).put("track_total_hits", true));
    }

    private HttpCall call(ObjectNode search) {
        return HttpCall.to(LogAnswer.address(at.url(), "/" + at.index() + "/_search"))
                .method("POST", search.toString())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json");
    }

    private static ObjectNode search(Instant from, Instant to, String... queries) {
        ObjectNode search = JsonNodeFactory.instance.objectNode();
        ArrayNode filter = search.putObject("query").putObject("bool").putArray("filter");
        for (String query : queries) {
            filter.addObject().putObject("query_string").put("query", query);
        }
        filter.addObject()
                .putObject("range")
                .putObject(TIME)
                .put("gte", from.toEpochMilli())
                .put("lt", to.toEpochMilli())
                .put("format", "epoch_millis");
        return search;
    }

    @Override
    public List<LogLine> lines(HttpAnswer answer) throws MetricException {
        List<LogLine> found = new ArrayList<>();
        for (JsonNode hit : LogAnswer.list(hits(answer).path("hits"), "hits.hits")) {
            JsonNode time = hit.path("sort").path(0);
            if (!time.canConvertToLong() || !time.isIntegralNumber() || time.longValue() < 0) {
                throw new MetricException("a document of the answer has no time to sort by: is " + TIME + " a date?");
            }
            long value = time.longValue();
            found.add(new LogLine(
                    value > LATEST_MILLIS ? value : value * 1_000_000,
                    LogAnswer.id(
                            hit.path("_index").asText() + "/" + hit.path("_id").asText()),
                    message(hit.path("_source"))));
        }
        return found;
    }

    /** Names with dots stand in a document as one name, or as objects within objects. */
    private String message(JsonNode source) {
        JsonNode whole = source.path(at.message());
        if (!whole.isMissingNode()) {
            return whole.asText();
        }
        JsonNode node = source;
        for (String name : at.message().split("\\.")) {
            node = node.path(name);
        }
        return node.asText();
    }

    @Override
    public long counted(HttpAnswer answer) throws MetricException {
        return LogAnswer.count(hits(answer).path("total").path("value"));
    }

    private static JsonNode hits(HttpAnswer answer) throws MetricException {
        JsonNode root = LogAnswer.json(answer);
        JsonNode error = root.path("error");
        if (!error.isMissingNode() && !error.isNull()) {
            throw new MetricException("the server answered that it failed"
                    + LogAnswer.words(answer, error.path("reason").asText(error.asText())));
        }
        if (root.path("timed_out").asBoolean()) {
            throw new MetricException("the search timed out, so that its answer is incomplete");
        }
        int failed = root.path("_shards").path("failed").asInt();
        if (failed > 0) {
            throw new MetricException(
                    failed + " shards failed, so that the answer is incomplete: look at the cluster's health");
        }
        if (!root.path("hits").isObject()) {
            throw new MetricException("the answer is not one of a search");
        }
        return root.path("hits");
    }

    @Override
    public String describe(Track track) {
        return "(" + lines.get(track) + ") AND (" + errors + ")";
    }

    @Override
    public String describeAll(Track track) {
        return lines.get(track);
    }
}
