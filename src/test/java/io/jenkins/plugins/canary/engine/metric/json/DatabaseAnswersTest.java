package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The paths that {@code canary kayenta} writes, in answers as Graphite and InfluxDB document them. */
class DatabaseAnswersTest {

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void graphiteHasItsNewestValueLast() {
        byte[] answer = bytes("[{'target': 'a.b', 'datapoints': [[1.5, 1700000000], [2.5, 1700000060]], 'tags': {}}]");
        assertEquals(2.5, new JsonNumber("$[0].datapoints[-1][0]").in(answer).value());
        assertEquals(
                1_700_000_060,
                new JsonNumber("$[0].datapoints[-1][1]").in(answer).value());
        assertFalse(new JsonNumber("$[0].datapoints[-1][0]").in(bytes("[]")).ok());
        assertFalse(new JsonNumber("$[0].datapoints[-1][0]")
                .in(bytes("[{'datapoints': [[null, 1700000000]]}]"))
                .ok());
    }

    @Test
    void influxHasItsNewestValueLast() {
        byte[] answer = bytes("{'results': [{'statement_id': 0, 'series': [{'name': 'cpu', 'columns': ['time', 'mean'],"
                + " 'values': [['2026-02-01T10:00:00Z', 1], ['2026-02-01T10:01:00Z', 3]]}]}]}");
        assertEquals(
                3,
                new JsonNumber("$.results[0].series[0].values[-1][1]")
                        .in(answer)
                        .value());
        assertEquals("2026-02-01T10:01:00Z", new JsonNumber("$.results[0].series[0].values[-1][0]").textIn(answer));
        assertTrue(new JsonNumber("$.results[0].series[0].values[-1][1]")
                .in(answer)
                .ok());
        assertFalse(new JsonNumber("$.results[0].series[0].values[-1][1]")
                .in(bytes("{'results': [{'statement_id': 0}]}"))
                .ok());
    }
}
