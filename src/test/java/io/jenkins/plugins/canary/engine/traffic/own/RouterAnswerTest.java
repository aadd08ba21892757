package io.jenkins.plugins.canary.engine.traffic.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a team's own router may say, and what is said of everything else. */
class RouterAnswerTest {

    private static Observation read(String json) throws RouterAnswer.Malformed {
        return RouterAnswer.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String fault(String json) {
        return assertThrows(RouterAnswer.Malformed.class, () -> read(json)).getMessage();
    }

    @Test
    void everythingThatCanBeSaid() throws Exception {
        Observation all = read("""
                {"weight": 12.5, "settled": false, "promoted": true, "requests": {"canary": 7, "stable": 49},
                 "detail": "two of three\\n\\u001b[31mpools", "warnings": ["cookies"], "health": {"state": "degraded",
                 "detail": "1 of 2 ready"}, "mood": {"of": ["the", "team"]}}""");
        assertEquals(Weight.ofPercent(12.5), all.weight());
        assertFalse(all.settled());
        assertEquals(true, all.promoted());
        assertEquals(new Observation.Requests(7, 49), all.requests());
        assertEquals("two of three pools", all.detail());
        assertEquals(List.of("cookies"), all.warnings());
        assertEquals(new CanaryHealth(CanaryHealth.State.DEGRADED, "1 of 2 ready"), all.health());
    }

    @Test
    void theWeightIsEnough() throws Exception {
        Observation seen = read("{\"weight\": 5, \"health\": null, \"requests\": null}");
        assertEquals(Observation.of(Weight.ofPercent(5)), seen);
        assertNull(seen.health());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            []                                   | it is a list of 0, not an object such as {"weight": 25}
            {}                                   | weight is nothing, not a number from 0 to 100
            {"weight": "5"}                      | weight is text of 1 characters, not a number from 0 to 100
            {"weight": null}                     | weight is null, not a number from 0 to 100
            {"weight": -1}                       | weight is not a number from 0 to 100 with at most one decimal: round it to what was set
            {"weight": 100.5}                    | weight is not a number from 0 to 100 with at most one decimal: round it to what was set
            {"weight": 33.33}                    | weight is not a number from 0 to 100 with at most one decimal: round it to what was set
            {"weight": 1e400}                    | weight is not a number from 0 to 100 with at most one decimal: round it to what was set
            {"weight": 5, "settled": "yes"}      | settled is text of 3 characters, not true or false
            {"weight": 5, "promoted": 1}         | promoted is a number, not true or false
            {"weight": 5, "requests": [1, 2]}    | requests is a list of 2, not an object such as {"canary": 10, "stable": 30}
            {"weight": 5, "requests": {"canary": 1}} | requests.stable is nothing, not a whole number from 0 to 2^50
            {"weight": 5, "requests": {"canary": -1, "stable": 1}} | requests.canary is a number, not a whole number from 0 to 2^50
            {"weight": 5, "requests": {"canary": 1.5, "stable": 1}} | requests.canary is a number, not a whole number from 0 to 2^50
            {"weight": 5, "detail": ["a"]}       | detail is a list of 1, not text
            {"weight": 5, "warnings": "a"}       | warnings is text of 1 characters, not a list of at most 20 texts
            {"weight": 5, "warnings": ["a", {}]} | warnings[1] is an object, not text
            {"weight": 5, "health": "ready"}     | health is text of 5 characters, not an object such as {"state": "ready"}
            {"weight": 5, "health": {"state": "fine"}} | health.state is text of 4 characters, not one of ready, degraded, down, refused
            {"weight": 5                         | it is not JSON, or is cut off, at byte 12 of 12
            """)
    void whatIsWrongIsToldWithItsPlace(String json, String fault) {
        assertEquals(fault, fault(json));
    }

    @Test
    void answersAreBounded() throws Exception {
        assertEquals("it has more than 64 KiB", fault("{\"weight\": 5, \"detail\": \"" + "x".repeat(70_000) + "\"}"));
        String warnings = "\"a\",".repeat(20);
        assertEquals(
                "warnings is a list of 21, not a list of at most 20 texts",
                fault("{\"weight\": 5, \"warnings\": [" + warnings + "\"a\"]}"));
        assertEquals(
                503,
                read("{\"weight\": 5, \"detail\": \"" + "x".repeat(5_000) + "\"}")
                        .detail()
                        .length());
    }
}
