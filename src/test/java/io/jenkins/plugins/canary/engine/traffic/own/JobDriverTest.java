package io.jenkins.plugins.canary.engine.traffic.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver.JobSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver makes of a plan; the runs are tested in Jenkins. */
class JobDriverTest {

    private static RouterSettings read(String yaml) {
        SettingsText read = SettingsText.read(new JobDriver(), yaml);
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    @Test
    void whatIsRightIsRead() {
        assertEquals(
                new JobSettings("ops/shift", Map.of(), Duration.ofMinutes(5), Duration.ofMinutes(10)),
                read("{ name: ops/shift }"));
        assertEquals(
                new JobSettings("shift", Map.of("SERVICE", "a"), Duration.ofMinutes(1), Duration.ofHours(1)),
                read("{ name: shift, parameters: { SERVICE: a }, observeEvery: 1m, timeout: 1h }"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {}                                       | 'name' is missing
            { name: /ops/shift }                     | without a slash before them
            { name: ops/shift/ }                     | without a slash before them
            { name: a, parameters: { WEIGHT: 5 } }   | each run is told its WEIGHT already
            { name: a, timeout: 3h }                 | at most 2h
            { name: a, observeEvery: 0s }            | too short
            """)
    void whatIsWrongIsNamed(String yaml, String problem) {
        SettingsText read = SettingsText.read(new JobDriver(), yaml);
        assertTrue(read.onlyProblem().contains(problem), read.onlyProblem());
    }

    @Test
    void rolloutsOfOneJobAndItsParametersExcludeEachOther() {
        Target one = new Target("a", "b");
        Object place = read("{ name: shift, parameters: { SERVICE: a } }").place(one, null);
        assertEquals(
                place,
                read("{ name: shift, timeout: 1m, parameters: { SERVICE: a } }").place(new Target("c", "d"), null));
        assertNotEquals(
                place, read("{ name: shift, parameters: { SERVICE: b } }").place(one, null));
    }
}
