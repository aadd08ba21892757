package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.PathNotFoundException;
import io.jenkins.plugins.canary.engine.BoundedJson;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The paths that {@code canary kayenta} writes, in answers as Graphite and InfluxDB document them. */
class DatabaseAnswersTest {

    private static JsonNode document(String json) throws JsonProcessingException {
        return BoundedJson.MAPPER.readTree(json.replace('\'', '"'));
    }

    @Test
    void graphiteHasItsNewestValueLast() throws JsonProcessingException {
        JsonNode answer =
                document("[{'target': 'a.b', 'datapoints': [[1.5, 1700000000], [2.5, 1700000060]], 'tags': {}}]");
        assertEquals(2.5, new JsonNumber("$[0].datapoints[-1][0]").in(answer).value());
        assertEquals(
                1_700_000_060,
                new JsonNumber("$[0].datapoints[-1][1]").in(answer).value());
        assertThrows(PathNotFoundException.class, () -> new JsonNumber("$[0].datapoints[-1][0]").in(document("[]")));
        assertFalse(new JsonNumber("$[0].datapoints[-1][0]")
                .in(document("[{'datapoints': [[null, 1700000000]]}]"))
                .ok());
    }

    @Test
    void influxHasItsNewestValueLast() throws JsonProcessingException {
        JsonNode answer =
                document("{'results': [{'statement_id': 0, 'series': [{'name': 'cpu', 'columns': ['time', 'mean'],"
                        + " 'values': [['2026-02-01T10:00:00Z', 1], ['2026-02-01T10:01:00Z', 3]]}]}]}");
        assertEquals(
                3,
                new JsonNumber("$.results[0].series[0].values[-1][1]")
                        .in(answer)
                        .value());
        assertEquals(
                Instant.parse("2026-02-01T10:01:00Z"),
                JsonTime.of(JsonPathExpression.compile("$.results[0].series[0].values[-1][0]")
                        .find(answer)));
        assertTrue(new JsonNumber("$.results[0].series[0].values[-1][1]")
                .in(answer)
                .ok());
        assertThrows(
                PathNotFoundException.class,
                () -> new JsonNumber("$.results[0].series[0].values[-1][1]")
                        .in(document("{'results': [{'statement_id': 0}]}")));
    }
}
