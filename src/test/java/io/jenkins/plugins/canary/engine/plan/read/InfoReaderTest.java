package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.CriterionInfo;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What plans say for people: names, reasons, links. */
class InfoReaderTest {

    private static String plan(String keys, String criterion) {
        return """
                name: api
                %s
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:9090" }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: Full, weight: 100, hold: 5m } ]
                gate: [ { metric: error-rate, max: 1%%%s } ]
                """.formatted(keys, criterion);
    }

    private static List<String> errors(String text) {
        return PlanReader.check(text).problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .map(Problem::message)
                .toList();
    }

    @Test
    void aPlanAndACriterionSayWhatTheyAre() throws Exception {
        CanaryPlan plan = PlanReader.read(
                plan(
                        "owner: Team A\ndescription: The API.\nlinks: { Runbook: \"https://wiki.example/api\" }",
                        ", name: Errors, why: Users see them., runbook: \"https://wiki.example/e\", dashboard: \"http://g.example/d?x=1\""));
        assertEquals(new PlanInfo("Team A", "The API.", Map.of("Runbook", "https://wiki.example/api")), plan.info());
        Criterion c = plan.phases().get(0).gate().get(0);
        assertEquals(
                new CriterionInfo("Errors", "Users see them.", "https://wiki.example/e", "http://g.example/d?x=1"),
                c.info());
        assertFalse(c.dryRun());
        assertEquals("error-rate <= 1%", c.label());
    }

    @Test
    void aDryRunIsAnotherCriterionThanTheOneThatDecides() throws Exception {
        CanaryPlan plan = PlanReader.read(plan("", " }, { metric: error-rate, max: 1%, dryRun: true"));
        List<Criterion> gate = plan.phases().get(0).gate();
        assertEquals("error-rate <= 1%, dry run", gate.get(1).label());
        assertTrue(gate.get(1).dryRun());
        assertEquals(List.of("error-rate <= 1%, dry run (phase Full)"), plan.dryRuns());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "ftp://files.example/x",
                "//wiki.example/x",
                "https://user:secret@wiki.example/x",
                "https://wiki.example/{{version}}",
                "data:text/html,x"
            })
    void aLinkLeadsToTheWebAndNowhereElse(String url) {
        assertEquals(1, errors(plan("", ", runbook: \"" + url + "\"")).size());
        assertEquals(1, errors(plan("links: { Runbook: \"" + url + "\" }", "")).size());
        assertFalse(errors(plan("", ", runbook: \"" + url + "\"")).get(0).contains("secret"));
    }

    @Test
    void whatIsSaidIsShort() {
        String long500 = "x".repeat(501);
        assertEquals(1, errors(plan("description: " + long500, "")).size());
        assertEquals(1, errors(plan("owner: " + "x".repeat(61), "")).size());
        assertEquals(1, errors(plan("", ", why: " + long500)).size());
        assertEquals(1, errors(plan("", ", name: " + "x".repeat(61))).size());
        assertEquals(
                1,
                errors(plan("", ", dashboard: \"https://g.example/" + long500 + "\""))
                        .size());
        StringBuilder links = new StringBuilder("links:");
        for (int i = 0; i < 11; i++) {
            links.append("\n  L").append(i).append(": https://wiki.example/").append(i);
        }
        assertEquals(List.of("there are more than 10 links"), errors(plan(links.toString(), "")));
    }

    @Test
    void whatDecidesNothingProvesNothing() {
        String list =
                "checklists: { ready: { when: during, items: [ { item: Few errors, metric: error-rate, max: 1%, dryRun: true } ] } }";
        assertEquals(List.of("a criterion that decides nothing proves nothing"), errors(plan(list, "")));
    }
}
