package io.jenkins.plugins.canary.engine.metric.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Loki's HTTP API.
 *
 * @param lines the LogQL that selects each track's lines
 * @param errors the pipeline that leaves the errors
 */
record LokiServer(LogSettings.Loki at, Map<Track, String> lines, String errors) implements LogServer {

    @Override
    public HttpCall errors(Track track, Instant from, Instant to, int most) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("query", describe(track));
        asked.put("start", nanos(from));
        asked.put("end", nanos(to));
        asked.put("limit", String.valueOf(most));
        asked.put("direction", "backward");
        return call("query_range", asked);
    }

    @Override
    public HttpCall count(Track track, Instant from, Instant to) {
        String range = Duration.between(from, to).toMillis() + "ms";
        return call(
                "query",
                Map.of("query", "sum(count_over_time(" + lines.get(track) + " [" + range + "]))", "time", nanos(to)));
    }

    private HttpCall call(String endpoint, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpCall call = HttpCall.to(LogAnswer.address(at.url(), "/loki/api/v1/" + endpoint + "?" + query))
                .header("Accept", "application/json");
        return at.tenant() == null ? call : call.header("X-Scope-OrgID", at.tenant());
    }

    private static String nanos(Instant time) {
        return time.toEpochMilli() + "000000";
    }

    @Override
    public List<LogLine> lines(HttpAnswer answer) throws MetricException {
        List<LogLine> found = new ArrayList<>();
        for (JsonNode stream : data(answer, "streams")) {
            String labels = stream.path("stream").toString();
            for (JsonNode entry : LogAnswer.list(stream.path("values"), "values")) {
                JsonNode time = entry.path(0);
                JsonNode text = entry.path(1);
                if (!time.isTextual() || !text.isTextual() || !time.textValue().matches("\\d{1,18}|[1-8]\\d{18}")) {
                    throw new MetricException("a line of the answer has no time in nanoseconds, or no text");
                }
                String id = time.textValue() + labels + text.textValue();
                found.add(new LogLine(Long.parseLong(time.textValue()), LogAnswer.id(id), text.textValue()));
            }
        }
        return found;
    }

    @Override
    public long counted(HttpAnswer answer) throws MetricException {
        long all = 0;
        for (JsonNode series : data(answer, "vector")) {
            all = Math.addExact(all, LogAnswer.count(series.path("value").path(1)));
        }
        return all;
    }

    private static JsonNode data(HttpAnswer answer, String type) throws MetricException {
        JsonNode root = LogAnswer.json(answer);
        if (!root.path("status").asText().equals("success")) {
            throw new MetricException("the server answered that it failed"
                    + LogAnswer.words(answer, root.path("error").asText()));
        }
        if (!root.path("warnings").isEmpty()) {
            throw new MetricException("the answer is incomplete"
                    + LogAnswer.words(answer, root.path("warnings").path(0).asText()));
        }
        JsonNode data = root.path("data");
        String found = data.path("resultType").asText();
        if (!found.equals(type)) {
            String expected =
                    type.equals("streams") ? "lines: metrics.logs selects lines, and computes nothing" : "one number";
            throw new MetricException("the answer is not " + expected);
        }
        return LogAnswer.list(data.path("result"), "result");
    }

    @Override
    public String describe(Track track) {
        return lines.get(track) + " " + errors;
    }

    @Override
    public String describeAll(Track track) {
        return lines.get(track);
    }
}
