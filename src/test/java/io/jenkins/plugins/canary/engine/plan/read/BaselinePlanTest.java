package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan with a baseline must say, and what it may not. */
class BaselinePlanTest {

    private static final String PLAN = PlanTexts.example("kubernetes/baseline.yaml");

    private static List<Problem> problems(String text) {
        return PlanReader.check(text).problems();
    }

    @Test
    void theExampleComparesWithItWhileBothVersionsGetRequests() throws Exception {
        assertEquals(List.of(), problems(PLAN));
        CanaryPlan plan = PlanReader.read(PLAN);
        assertTrue(plan.comparesWithBaseline(0));
        assertTrue(plan.comparesWithBaseline(2));
        assertFalse(plan.comparesWithBaseline(3), "at 100%");
        assertFalse(plan.comparesWithBaseline(plan.afterwards()), "the watch looks at the promoted version");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'canary: { create: true, replicas: 3 }' | 'canary: api-canary' | a baseline is as young as the canary",
                "'replicas: 3 }' | 'dynamicStableScale: true }' | baseline and dynamicStableScale exclude each other",
                "'    baseline: true' | '    drain: 20s' | no router of this plan makes a baseline",
                "'    baseline: ''pod=~\"api-baseline-.*\"''' | '' | nothing selects the series of the baseline",
                "'api-baseline-' | 'api-canary-' | baseline and canary have the same labels",
                "'weight: 40' | 'weight: 75' | 'at 75% the baseline gets 25%, and the stable version nothing'"
            })
    void whatDoesNotFitIsSaid(String piece, String instead, String says) {
        assertTrue(PLAN.contains(piece), piece);
        List<Problem> found = problems(PLAN.replace(piece, instead));
        assertTrue(found.stream().anyMatch(p -> p.message().contains(says)), found.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "nginxIngress, ingress: api",
        "deployment, replicas: 20",
        "argoRollout, rollout: api",
        "'helm', 'release: api, chart: ./api'"
    })
    void aRouterThatCannotSplitThreeWaysSaysWhichCan(String driver, String own) {
        String traffic = "traffic: { " + driver + ": { " + own + ", baseline: true } }\n";
        List<Problem> found = problems(PLAN.replaceFirst("(?s)traffic:.*?\n\n", traffic));
        assertTrue(
                found.stream()
                        .anyMatch(
                                p -> p.toString()
                                        .contains(
                                                driver
                                                        + " cannot send requests to three groups of pods; gatewayApi, istio and traefik can")),
                found.toString());
    }
}
