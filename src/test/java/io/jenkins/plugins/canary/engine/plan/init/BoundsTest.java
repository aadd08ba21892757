package io.jenkins.plugins.canary.engine.plan.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "result[0] >= 0.95 | 0.95 | -",
                "result[0]>=0.95 | 0.95 | -",
                "(result[0] >= 0.95) | 0.95 | -",
                "result <= 500 | - | 500",
                "500 >= result[0] | - | 500",
                "0.95 <= result[0] | 0.95 | -",
                "asFloat(result[0]) <= 1e3 | - | 1000",
                "result[0] > 0.95 | 0.9500000000000001 | -",
                "result[0] < 1 | - | 0.9999999999999999",
                "result[0] > 0 | 1e-99 | -",
                "result[0] >= 0.5 && result[0] <= 2 | 0.5 | 2",
                "(result[0] >= 0.5) && (result[0] <= 2) | 0.5 | 2",
            })
    void comparesOneValueWithANumber(String condition, Double min, Double max) {
        assertEquals(new Bounds(min, max), Bounds.of(condition));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "result[0] >= 0.05 | - | 0.049999999999999996",
                "result[0] > 0.05 | - | 0.05",
                "result[0] < 0.95 | 0.95 | -",
                "0.95 > result[0] | 0.95 | -",
                "result[0] <= 0 | 1e-99 | -",
            })
    void whatDoesNotFailPasses(String failure, Double min, Double max) {
        assertEquals(new Bounds(min, max), Bounds.not(failure));
    }

    /** What is more than that is never guessed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "result",
                "result == 'ok'",
                "result[0] == 1",
                "result[0] != 0",
                "result[1] >= 0.95",
                "len(result) == 0 || result[0] >= 0.95",
                "isNaN(result[0]) || result[0] >= 0.95",
                "default(result, 0) < 5",
                "all(result, {# < 0.5})",
                "result[0] >= 0.5 && result[0] >= 0.7",
                "result[0] >= 2 && result[0] <= 1",
                "result[0] >= 0.5 || result[0] <= 2",
                "!(result[0] >= 0.5)",
                "result[0] * 100 >= 95",
                "result[0] >= 95 / 100",
                "result.ok >= 1",
                "result[0] >= NaN",
                "result[0] >= 0x10",
                "(result[0] >= 1",
            })
    void whatIsMoreIsNotTranslated(String condition) {
        assertNull(Bounds.of(condition));
    }

    /** The opposite of two comparisons is not one range. */
    @Test
    void theOppositeOfTwoIsNotTranslated() {
        assertNull(Bounds.not("result[0] >= 0.5 && result[0] <= 2"));
        assertNull(Bounds.of("result[0] >= " + "1".repeat(300)));
    }
}
