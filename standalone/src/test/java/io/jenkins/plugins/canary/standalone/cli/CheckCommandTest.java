package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

    private static final String GOOD = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: First, weight: 5, hold: 5m, gate: [ { metric: error-rate, max: 1% } ] }
              - { name: Full, weight: 100, gate: [ { metric: error-rate, max: 1% } ] }
            abort: [ { metric: error-rate, max: 5% } ]
            """;

    @TempDir
    private Path dir;

    private Path plan(String text) throws Exception {
        return Files.writeString(dir.resolve("plan.yaml"), text);
    }

    @Test
    void aGoodPlan() throws Exception {
        Cli.run("check", plan(GOOD)).exits(0).says("plan.yaml: 0 errors, 0 warnings");
        JsonNode json = Cli.run("check", plan(GOOD), "--json").exits(0).json();
        assertTrue(json.path("ok").booleanValue());
        assertEquals(0, json.path("problems").size());
    }

    @Test
    void everyErrorHasItsPlaceAndRemedy() throws Exception {
        String bad = GOOD.replace("hold: 5m", "holds: 5m").replace("max: 5%", "max: five");
        Cli.run("check", plan(bad))
                .exits(2)
                .says("plan.yaml:7:31 error phases[0].holds", "plan.yaml:9:37 error", "2 errors");
        JsonNode json = Cli.run("check", plan(bad), "--json").exits(2).json();
        assertFalse(json.path("ok").booleanValue());
        assertEquals(2, json.path("errors").intValue());
        JsonNode first = json.path("problems").get(0);
        assertEquals(7, first.path("line").intValue());
        assertEquals(31, first.path("column").intValue());
        assertEquals("error", first.path("severity").asText());
        assertFalse(first.path("remedy").asText().isEmpty());
    }

    @Test
    void saysWhenTheWindowsOpen() throws Exception {
        String frozen = GOOD + "windows: { freezes: [ { from: 2020-01-01, to: 2022-01-01 } ] }\n";
        Cli.run("check", plan(frozen)).exits(0).says("windows: open now\n");
        String calendar = GOOD + "windows: { open: [ Mon-Sun ], calendar: https://cal.example/f.ics }\n";
        assertEquals(
                "windows: open now, without the events of the calendar cal.example",
                Cli.run("check", plan(calendar), "--json")
                        .exits(0)
                        .json()
                        .path("windows")
                        .asText());
        String closed = GOOD + "windows: { timeZone: Europe/Berlin, freezes: [ { from: 2023-01-01, to: 2027-12-30,"
                + " reason: Moving } ] }\n";
        Cli.run("check", plan(closed))
                .exits(0)
                .says("windows: closed until Fri 31 Dec 2027 00:00 Europe/Berlin (Moving)");
    }

    @Test
    void aWarningIsNoError() throws Exception {
        Path plan = plan(GOOD.replace("interval: 15s", "interval: 5m"));
        JsonNode json = Cli.run("check", plan, "--json").exits(0).json();
        assertTrue(json.path("ok").booleanValue());
        assertTrue(json.path("warnings").intValue() > 0, json.toString());
    }

    @Test
    void aPolicyAddsAndRefuses() throws Exception {
        Path policy = Files.writeString(dir.resolve("policy.yaml"), "abort: [ { metric: success-rate, min: 90% } ]");
        Cli.run("check", plan(GOOD), "--policy", policy)
                .exits(0)
                .says("added by the policy " + policy + ": abort rule: not (success-rate >= 90%)");
        JsonNode json = Cli.run("check", plan(GOOD), "--policy", policy, "--json")
                .exits(0)
                .json();
        assertEquals(
                "abort rule: not (success-rate >= 90%)",
                json.at("/policies/0/added").asText());
        Path limits = Files.writeString(dir.resolve("limits.yaml"), "maxStep: 50");
        Cli.run("check", plan(GOOD), "--policy", policy, "--policy", limits)
                .exits(2)
                .says("plan.yaml:8:27 error phases[1].weight: the step from 5% to 100% is longer", limits.toString());
    }

    @Test
    void whatAPlanExtendsIsBesideIt() throws Exception {
        Files.createDirectories(dir.resolve("common"));
        Files.writeString(dir.resolve("common/base.yaml"), GOOD.replace("127.0.0.1:1\"", "{{params.host}}:1\""));
        Path plan = plan("name: shop\nextends: common/base.yaml\nparams: { host: 127.0.0.1 }\n");
        Cli.run("check", plan).exits(0).says("0 errors, 0 warnings");
        Cli.run("check", plan, "--resolved").exits(0).says("name: shop", "control: \"http://127.0.0.1:1\"");
        Files.writeString(
                dir.resolve("common/base.yaml"),
                GOOD.replace("127.0.0.1:1\"", "{{params.host}}:1\"").replace("max: 5%", "max: 5"));
        Cli.run("check", plan).exits(2).says(Path.of("common/base.yaml") + ":9:37 error abort[0].max");
    }

    @Test
    void theExamplesOfSharedPlansAndPoliciesAreSound() {
        Cli.run("check", "../examples/shared-plan/api.yaml", "--policy", "../examples/policy.yaml")
                .exits(0)
                .says("added by the policy ../examples/policy.yaml: checklist release: Change ticket approved");
    }
}
