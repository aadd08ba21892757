package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightCommandTest {

    private static Cli.Ended weight(Object latency, Object errors, Object max, String... more) {
        return Cli.run(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "weight", "--latency-delta=" + latency, "--error-delta=" + errors, "--max", max),
                        java.util.stream.Stream.of(more))
                .toArray());
    }

    /** By hand: 5 + max(0.1, exp(-10 l) * max(0.2, 1 - 20 e)) * (max - 5), past a threshold 0. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 50, 50.0",
        "0.1, 0, 50, 21.6",
        "0.1, 0.01, 50, 18.2",
        "0.4, 0.04, 50, 9.5",
        "0, 0.05, 100, 24.0",
        "-5, 0, 50, 50.0",
        "-1e6, 0.05, 5, 5.0",
        "0, 0, 100, 100.0",
        "0.05, 0.002, 30, 19.6"
    })
    void theWeightIsTheFormulas(double latency, double errors, double max, String wanted) {
        assertEquals(wanted, weight(latency, errors, max).exits(0).out().strip());
        assertEquals(
                Double.parseDouble(wanted),
                weight(latency, errors, max, "--json")
                        .exits(0)
                        .json()
                        .path("weight")
                        .doubleValue());
    }

    @Test
    void pastAThresholdTheBreakerOpens() {
        weight(0.51, 0, 50).exits(1).says("0.0", "breaker open: latency delta 0.51 is above 0.5");
        JsonNode json = weight(0, 0.06, 50, "--json").exits(1).json();
        assertEquals("breaker open", json.path("status").asText());
        assertEquals(0, json.path("weight").doubleValue());
        assertEquals("error delta 0.06 is above 0.05", json.path("violated").asText());
        weight(0.2, 0, 50, "--latency-threshold", "0.1").exits(1).says("above 0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NaN | 0 | 50 | the deltas must be numbers",
                "0 | Infinity | 50 | the deltas must be numbers",
                "0 | 0 | 4.9 | at least 5%",
                "0 | 0 | 101 | between 0 and 100, not 101",
                "0 | 0 | 1e99 | not 1.0E99",
                "0 | 0 | NaN | between 0 and 100"
            })
    void whatIsNoDeltaAndNoWeight(String latency, String errors, String max, String said) {
        assertEquals(
                "", weight(latency, errors, max).exits(2).says("canary: ", said).out());
    }
}
