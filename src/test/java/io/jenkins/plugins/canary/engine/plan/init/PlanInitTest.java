package io.jenkins.plugins.canary.engine.plan.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the plans mean to the engine, beside what they read like. */
class PlanInitTest {

    private static final PlanInit.Options NONE = new PlanInit.Options("", "shop", "", Map.of());

    private static PlanInit.Result init(String text, PlanInit.Options options) throws InitException {
        return PlanInit.of(List.of(new PlanInit.Source("given.yaml", text, true)), options);
    }

    private static CanaryPlan plan(PlanInit.Result result) throws Exception {
        return PlanReader.read(Scenario.asRunHere(result.plan()));
    }

    private static String rollout(String steps, String analysis, String metric) {
        return """
                apiVersion: argoproj.io/v1alpha1
                kind: Rollout
                metadata: { name: api, namespace: shop, labels: { team: blue } }
                spec:
                  strategy:
                    canary:
                      steps: [ %s ]
                      %s
                ---
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: { name: t, namespace: shop }
                spec:
                  args: [ { name: hash }, { name: team }, { name: least, value: "0.9" } ]
                  metrics:
                    - { name: m, provider: { prometheus: { query: 'up{hash="{{args.hash}}", team="{{ args.team }}"}' } }, %s }
                """.formatted(steps, analysis, metric);
    }

    private static final String ARGS =
            "args: [ { name: hash, value: h }, { name: team, valueFrom: { fieldRef: { fieldPath:"
                    + " \"metadata.labels['team']\" } } } ]";

    @Test
    void stepsAreHoldsApprovalsAndGates() throws Exception {
        CanaryPlan plan = plan(init(
                rollout(
                        "{ setWeight: 5 }, { pause: { duration: 90 } }, { setWeight: 25 }, { analysis: { templates:"
                                + " [ { templateName: t } ], " + ARGS
                                + " } }, { pause: { duration: 1m } }, { pause: {} }",
                        "",
                        "interval: 30s, count: 5, successCondition: 'result[0] >= {{args.least}}'"),
                NONE));
        Phase first = plan.phases().get(0);
        assertEquals(Weight.ofPercent(5), first.weight());
        assertEquals(Duration.ofSeconds(90), first.hold());
        assertNull(first.approval());
        assertEquals(List.of(), first.gate());
        Phase second = plan.phases().get(1);
        assertEquals(Duration.ofSeconds(4 * 30 + 60), second.hold());
        assertTrue(second.approval() != null);
        Criterion criterion = second.gate().get(0);
        assertEquals(0.9, criterion.min());
        assertEquals(1, plan.abort().get(0).consecutiveFailures());
        assertEquals(Duration.ofSeconds(30), plan.metrics().interval());
        assertEquals(
                "up{hash=\"h\", team=\"blue\"}",
                plan.metrics().custom().get("m").query());
    }

    @Test
    void aBackgroundAnalysisIsGateAndAbort() throws Exception {
        CanaryPlan plan = plan(init(
                rollout(
                        "{ setWeight: 5 }, { pause: {} }",
                        "analysis: { templates: [ { templateName: t } ], " + ARGS + " }",
                        "interval: 1m, successCondition: 'result[0] >= 0.9', failureCondition: 'result[0] < 0.5'"),
                NONE));
        assertEquals(0.9, plan.phases().get(0).gate().get(0).min());
        assertEquals(0.5, plan.abort().get(0).criterion().min());
        assertEquals(Duration.ZERO, plan.abort().get(0).sustained());
    }

    /** A placeholder is never copied: without a value the metric is left out, and the option that gives one is named. */
    @Test
    void argumentsAreResolvedOrAskedFor() throws Exception {
        String text = rollout(
                "{ setWeight: 5 }, { pause: {} }",
                "analysis: { templates: [ { templateName: t } ], args: [ { name: hash, valueFrom: { podTemplateHashValue:"
                        + " Latest } }, { name: team, value: a } ] }",
                "interval: 1m, successCondition: 'result[0] >= 0.9'");
        PlanInit.Result asked = init(text, NONE);
        assertFalse(asked.plan().contains("{{args"), asked.plan());
        assertFalse(asked.plan().contains("custom"), asked.plan());
        NotCarried lost = asked.notCarried().get(0);
        assertTrue(lost.changesVerdict());
        assertTrue(lost.remedy().contains("--arg hash=VALUE"), lost.toString());
        PlanInit.Result given = init(text, new PlanInit.Options("", "", "", Map.of("hash", "{{version}}")));
        assertEquals(
                "up{hash=\"{{version}}\", team=\"a\"}",
                plan(given).metrics().custom().get("m").query());
        assertEquals(List.of(), given.notCarried());
    }

    /** A secret in a manifest is neither in the plan nor in what is said. */
    @Test
    void secretsAreNotShown() throws Exception {
        PlanInit.Result result = Scenario.read("argo-providers.yaml").init();
        assertFalse((result.plan() + result.notCarried() + result.toDo()).contains("not-to-be-shown"), result.plan());
        PlanInit.Result address = init(
                rollout(
                                "{ setWeight: 5 }, { pause: {} }",
                                "analysis: { templates: [ { templateName: t } ], " + ARGS + " }",
                                "interval: 1m, successCondition: 'result[0] >= 0.9'")
                        .replace("prometheus: {", "prometheus: { address: \"http://me:hunter2@prometheus\","),
                NONE);
        assertFalse((address.plan() + address.notCarried()).contains("hunter2"), address.plan());
    }

    /** Flagger rolls back after so many failed checks, and a check without data has failed. */
    @Test
    void flaggersThresholdIsKept() throws Exception {
        CanaryPlan plan = plan(Scenario.read("flagger-istio.yaml").init());
        assertEquals(
                List.of(10, 20, 30),
                plan.phases().stream().map(p -> p.weight().tenths() / 10).toList());
        assertEquals(5, plan.abort().get(0).consecutiveFailures());
        Criterion success = plan.phases().get(0).gate().get(0);
        assertEquals(99.5, success.min());
        assertEquals(Duration.ofMinutes(5), success.noDataDeadline());
        assertEquals(Duration.ofMinutes(7), plan.phases().get(0).deadline());
        assertEquals(
                List.of("request-success-rate", "request-duration", "own-404s"),
                plan.phases().get(0).gate().stream().map(c -> c.metric().name()).toList());
    }

    @Test
    void anAbTestIsShownAsAPhase() throws Exception {
        String said =
                String.join("\n", Scenario.read("flagger-ab-test.yaml").init().toDo());
        assertTrue(said.contains("header: {name: x-canary, value: insider}"), said);
        assertTrue(said.contains("cookie: {name: canary, value: always}"), said);
        assertTrue(said.contains("hold: 12m"), said);
    }

    @Test
    void anAbTestWithItsRouteIsTheFirstPhase() throws Exception {
        CanaryPlan plan = plan(Scenario.read("flagger-ab-test-with-route.yaml").init());
        Phase cohort = plan.phases().get(0);
        assertEquals(2, cohort.extra().match().size());
        assertEquals(Duration.ofMinutes(10), cohort.hold());
        assertEquals(Weight.ZERO, cohort.weight());
        assertEquals("nginxIngress", plan.traffic().driver());
        assertEquals(5, plan.abort().get(0).consecutiveFailures());
        assertTrue(
                plan.metrics().custom().get("request-success-rate").query().contains("canary!=\"\""),
                "the canary is judged, not stable");
    }

    /** One header more than an Ingress of nginx can tell apart. */
    @Test
    void anAbTestThatTheRouteCannotDoStaysWithFlagger() throws Exception {
        Scenario scenario = Scenario.read("flagger-ab-test-with-route.yaml");
        PlanInit.Result result = scenario.init(scenario.text()
                .replace("    metrics:", "      - headers: { x-other: { exact: insider } }\n    metrics:"));
        assertEquals("flagger", plan(result).traffic().driver());
        assertTrue(result.notCarried().stream().anyMatch(n -> n.place().endsWith("spec.analysis.match[2]")));
    }

    /** One template names another without an end, and thousands of them: bounded, and said. */
    @Test
    void templatesOfTemplatesAreBounded() throws Exception {
        StringBuilder text = new StringBuilder(rollout(
                "{ setWeight: 5 }, { pause: {} }",
                "analysis: { templates: [ { templateName: t0 } ] }",
                "interval: 1m, successCondition: 'result[0] >= 0.9'"));
        for (int i = 0; i < 3_000; i++) {
            text.append("---\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: t" + i
                    + " }\nspec: { templates: [ { templateName: t" + (i + 1) % 3_000 + " } ] }\n");
        }
        PlanInit.Result result = init(text.toString(), NONE);
        assertTrue(result.notCarried().stream().anyMatch(n -> n.reason().contains("more than 100 templates")));
        assertTrue(result.notCarried().size() <= 1_001, result.notCarried().size() + " lines");
    }

    @Test
    void whatCannotBeIsSaid() {
        InitException none = assertThrows(InitException.class, () -> init("kind: Pod\nmetadata: { name: a }", NONE));
        assertEquals(
                "there is no Rollout of Argo Rollouts, no Canary of Flagger and no Deployment among Pod a",
                none.getMessage());
    }
}
