package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Warm-ups and sizes of slowness that make no sense are reported at their place. */
class WarmUpErrorsTest {

    private static final String CRITERION = "{ metric: success-rate, min: 99% }";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max: 1%, after: 1m, onNoData: fail | gate[0].after | onNoData: fail counts that as failed",
                "max: 1%, after: 2m, noDataDeadline: 1m | gate[0].noDataDeadline | is over before the warm-up is",
                "versusStable: { test: counts, slower: 40% } | gate[0].versusStable.slower | counts of slow requests",
            })
    void criteriaOfGates(String keys, String path, String says) {
        reported(PlanTexts.sound(CRITERION, "{ metric: error-rate, " + keys + " }"), path, says);
    }

    @ParameterizedTest
    @CsvSource({"slowerAt: 0.5, and there is none"})
    void aLatencyThatNothingCompares(String key, String says) {
        String slow = "{ metric: slow-rate, quantile: 0.99, versusStable: { test: counts, " + key + " } }";
        reported(PlanTexts.sound(CRITERION, slow), "gate[0].versusStable.slowerAt", says);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: shop | name: shop\\nwatch: { for: 1h, criteria: [ CRITERION ] } | watch.criteria | pods warm up",
                "[ \"Drill done\" ] | [ { item: Calm, KEYS } ] | checklists.ready[0].after | has no phase",
            })
    void whereThereIsNoPhase(String piece, String with, String path, String says) {
        String keys = "metric: error-rate, max: 1%, after: 1m";
        String text = with.replace("\\n", "\n")
                .replace("CRITERION", "{ " + keys + " }")
                .replace("KEYS", keys);
        reported(PlanTexts.sound(piece, text), path, says);
    }

    private static void reported(String plan, String path, String says) {
        List<Problem> problems = PlanReader.check(plan).problems();
        assertEquals(1, problems.size(), problems.toString());
        assertEquals(path, problems.get(0).path());
        assertTrue(problems.get(0).toString().contains(says), problems.toString());
    }
}
