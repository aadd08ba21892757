package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gate that is summed up: which ticks are green, which start the hold anew, which fail, which say nothing. */
class GateScoreTest {

    private static final String PLAN = """
            name: shop
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:1", interval: 1m }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases: [ { name: Few, weight: 5, hold: 2m }, { name: Full, weight: 100 } ]
            score: { pass: 80, marginal: 50, groups: { latency: 60 } }
            gate:
              - { metric: latency, quantile: 0.5, max: 100ms, groups: [latency] }
              - { metric: latency, quantile: 0.99, max: 500ms, groups: [latency] }
              - { metric: error-rate, max: 1%, groups: [errors], critical: true }
              - { metric: 5xx-rate, max: 1%, groups: [errors], mustHaveData: true }
            """;

    private static final Map<Character, CheckOutcome> OUTCOMES = Map.of(
            '+', CheckOutcome.PASS, '-', CheckOutcome.FAIL, '?', CheckOutcome.NO_DATA, '!', CheckOutcome.UNAVAILABLE);

    private static List<Check> checks(Phase phase, String outcomes) {
        List<Check> checks = new ArrayList<>();
        for (int i = 0; i < outcomes.length(); i++) {
            checks.add(new Check(phase.gate().get(i).label(), OUTCOMES.get(outcomes.charAt(i)), null, null, ""));
        }
        return checks;
    }

    @ParameterizedTest
    @CsvSource({
        "++++, GREEN", // 100
        "+-++, AMBER", // 60 * 1/2 + 40
        "--++, RED", // 40
        "+++-, GREEN", // 60 + 40 * 1/2: exactly the mark
        "++-+, RED", // the critical one
        "++?+, BLIND", // the critical one without data
        "+++?, GREEN", // must have data, and so counts as failed
        "?+++, GREEN", // of latency, what has data
        "??++, BLIND", // more than half of the weight
        "!!!!, BLIND"
    })
    void marksDecide(String outcomes, TickResult result) throws Exception {
        Phase phase = PlanReader.read(PLAN).phases().get(0);
        assertEquals(result, TickResult.of(phase.gate(), checks(phase, outcomes), phase.score()));
    }

    @ParameterizedTest
    @CsvSource({
        "80%, ?+++, BLIND", // 75% of the criteria, 70% of the weight
        "70%, ?+++, GREEN",
        "75%, ?+++, BLIND",
        "40%, ??++, GREEN", // 50% of the criteria, 40% of the weight
        "41%, ??++, BLIND"
    })
    void aPlanSaysHowMuchMustHaveData(String share, String outcomes, TickResult result) throws Exception {
        Phase phase = PlanReader.read(PLAN.replace("pass: 80", "minData: " + share + ", pass: 80"))
                .phases()
                .get(0);
        assertEquals(result, TickResult.of(phase.gate(), checks(phase, outcomes), phase.score()));
    }

    @Test
    void amberStartsTheHoldAnewAndIsNoFailure() throws Exception {
        CanaryPlan plan = PlanReader.read(PLAN);
        Phase phase = plan.phases().get(0);
        GateFold fold = GateFold.open(1_000_000, 4);
        for (String outcomes : List.of("++++", "++++", "+-++", "++++", "++++")) {
            fold = minuteLater(fold, phase, checks(phase, outcomes));
            assertEquals(0, fold.failures());
            assertEquals(GateVerdict.WAIT, fold.verdict(phase.terms()), outcomes);
        }
        assertEquals(240_000, fold.dataMillis(), "the deadline goes on");
        fold = minuteLater(fold, phase, checks(phase, "++++"));
        assertEquals(GateVerdict.PASS, fold.verdict(phase.terms()));
    }

    private static GateFold minuteLater(GateFold fold, Phase phase, List<Check> checks) {
        TickResult result = TickResult.of(phase.gate(), checks, phase.score());
        return fold.tick(fold.lastAt() + 60_000, result, phase.gate(), checks, Duration.ofMinutes(1));
    }

    @Test
    void mistakesAreNamed() {
        for (String[] m : new String[][] {
            {"score: { pass: 80, marginal: 50, groups: { latency: 60 } }", "", "the plan has none"},
            {"marginal: 50", "marginal: 90", "above the pass mark"},
            {"latency: 60", "latency: 60, errors: 50", "more than 100"},
            {"pass: 80", "pass: 180", "not from 0 to 100"},
            {"pass: 80", "pass: 80, minData: 150%", "more than there can be"},
            {"critical: true", "critical: perhaps", "neither true nor false"}
        }) {
            PlanReader.Result result = PlanReader.check(PLAN.replace(m[0], m[1]));
            assertNull(result.plan(), m[2]);
            assertTrue(
                    result.problems().toString().contains(m[2]),
                    result.problems().toString());
        }
    }
}
