package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoiCommandTest {

    @TempDir
    private Path dir;

    @Test
    void theDefaultsAndTheirAssumptions() {
        Cli.run("roi")
                .exits(0)
                .says(
                        "$66,388.44",
                        "$6,305.10",
                        "$65,483.34",
                        "$57,383.34",
                        "falls by 89.2%",
                        "a month: 33",
                        "120 deployments a month",
                        "every rollback costs $2,100",
                        "waste 18%",
                        "in 8.4 minutes");
        Cli.run("roi")
                .exits(0)
                .says(
                        "where this misleads:",
                        "37 false stops of 27.6 rollbacks",
                        "priced as an incident",
                        "docs/cost.md");
        assertFalse(Cli.run("roi", "--static-false-stops", "0.1").exits(0).out().contains("rollbacks: either"));
        assertTrue(Cli.run("roi").exits(0).out().startsWith("saved a month: $57,383.34"), "the honest sum comes first");
        assertTrue(Cli.run("roi", "--json").exits(0).out().contains("65483.34,"), "money to the cent");
    }

    @Test
    void ownFiguresCount() {
        JsonNode json = Cli.run(
                        "roi",
                        "--json",
                        "--deployments",
                        "10",
                        "--static-rollback-rate",
                        "0.5",
                        "--incident-cost",
                        "100",
                        "--static-restore-minutes",
                        "60",
                        "--oncall-rate",
                        "50",
                        "--waste",
                        "0")
                .exits(0)
                .json();
        assertEquals(10 * 0.5 * 150, json.at("/comparison/fixedTotal").asDouble(), 1e-9);
        Cli.run("roi", "--dynamic-restore-minutes", "Infinity")
                .exits(2)
                .says("the time to restore is 0 or more, not Infinity");
        Cli.run("roi", "--deployments", "1e12").exits(0).says("false stops", "310000000000");
        Cli.run("roi", "--waste", "2").exits(2).says("the share of waste is between 0 and 1, not 2.0");
        Cli.run("roi", "--history", dir.resolve("none")).exits(2).says("cannot be read: there is no such folder");
        Cli.run("roi", "--history", dir)
                .exits(0)
                .says("no rollout in " + dir + " was promoted or rolled back: using the defaults");
    }

    @Test
    void ownRolloutsCount() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (FakeRelease release =
                    FakeRelease.inFile(PlanReader.read("""
                    name: shop
                    traffic: { local: { control: "http://127.0.0.1:1" } }
                    metrics:
                      prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
                      labels: { canary: 'version="v2"', stable: 'version="v1"' }
                    phases: [ { name: Half, weight: 50, hold: 5m }, { name: Full, weight: 100 } ]
                    gate: [ { metric: success-rate, min: 99% } ]
                    abort: [ { metric: error-rate, max: 5% } ]
                    """), dir.resolve("builds/" + i + "/canary/r.jsonl"))) {
                release.pass(1, 0).becomes(i % 2 == 0 ? "ERRORS" : "HEALTHY").pass(9, 0);
            }
        }
        Files.writeString(dir.resolve("broken.jsonl"), "hello\n");
        Cli.run("roi", "--history", dir)
                .exits(0)
                .says(
                        "20 rollouts in less than a day",
                        "10 promoted, 10 rolled back",
                        "left out: ",
                        "dynamic: 50% of the deployments are rolled back",
                        "time to detect");
        Cli.run("roi", "--history", dir.resolve("builds/0"))
                .exits(0)
                .says(
                        "1 rollout in less than a day",
                        "too few rollouts for rates of your own: 1 of 20",
                        "dynamic: 2.5% of the deployments are rolled back");
        Cli.run("roi", "--history", dir, "--deployments", "40", "--dynamic-rollback-rate", "0.1")
                .exits(0)
                .says("40 deployments a month", "dynamic: 10% of the deployments are rolled back");
    }
}
