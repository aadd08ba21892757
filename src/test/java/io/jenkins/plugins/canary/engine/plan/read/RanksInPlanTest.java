package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.RankSettings;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that Mann-Whitney can be told is told in a plan, and what makes no sense is refused there. */
class RanksInPlanTest {

    @Test
    void allOfItReachesTheTest() throws Exception {
        CanaryPlan plan = PlanReader.read(PlanTexts.named("score.yaml"));
        assertEquals(
                new RankSettings(
                        new Cleaning(Cleaning.NaN.REPLACE, Cleaning.Outliers.REMOVE, 1.5),
                        MannWhitney.Allowance.OF_SHIFT,
                        new EffectSize(EffectSize.Measure.CLES, 0.6, 0.4, 0.5, 0.5)),
                plan.phases().get(0).gate().get(0).versus().judge().ranks());
        assertEquals(
                RankSettings.USUAL,
                PlanReader.read(PlanTexts.named("tests.yaml"))
                        .phases()
                        .get(0)
                        .gate()
                        .get(0)
                        .versus()
                        .judge()
                        .ranks());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "test: mannWhitney | test: sequential | comparing values by ranks",
                "test: mannWhitney | maxIncrease: 10% | belongs to a test",
                "allowance: shift | allowance: all | baseline or shift",
                "nan: replace | nan: zero | zero",
                "outliers: remove | outliers: drop | drop",
                "outlierFactor: 1.5 | outlierFactor: -1 | distance from the quartiles",
                "measure: cles | measure: size | size"
            })
    void mistakesAreNamed(String right, String wrong, String says) {
        PlanReader.Result result =
                PlanReader.check(PlanTexts.named("score.yaml").replace(right, wrong));
        assertNull(result.plan(), wrong);
        assertTrue(
                result.problems().toString().contains(says), result.problems().toString());
    }
}
