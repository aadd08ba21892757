package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What people get who ask for help, and who ask for what cannot be. */
class UsageTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({
        "demo, --scenario",
        "init, --prometheus",
        "run, --give-up",
        "traffic, --take-over",
        "preflight, --json",
        "probe, --track",
        "check, --json",
        "weight, --latency-delta",
        "kayenta, --help",
        "report, --out",
        "verify, --head",
        "dashboards, --pagerduty-key-file",
        "roi, --history"
    })
    void everyCommandHelps(String command, String option) {
        for (String help : new String[] {"--help", "-h"}) {
            Cli.Ended end = Cli.run(command, help).exits(0).says("Usage: canary " + command, option, "--help");
            assertEquals("", end.err());
        }
    }

    /** What a library logs is for its developers; what the engine warns of is for people. */
    @Test
    void noLibraryWarnsAPersonAtATerminal() {
        Cli.run("--version").exits(0);
        assertFalse(Logger.getLogger("org.eclipse.jetty.util.thread.SerializedInvoker")
                .isLoggable(Level.WARNING));
        // Of a class that no test silences.
        assertTrue(Logger.getLogger("io.jenkins.plugins.canary.standalone.cli.UsageTest")
                .isLoggable(Level.WARNING));
    }

    @Test
    void theHelpNamesEveryCommand() {
        Cli.run("--help")
                .exits(0)
                .says(
                        "demo",
                        "init",
                        "run",
                        "traffic",
                        "preflight",
                        "probe",
                        "check",
                        "weight",
                        "report",
                        "verify",
                        "dashboards",
                        "roi");
    }

    /** The script at the top is what people type: it passes every command on, and its help names each. */
    @Test
    void theScriptKnowsEveryCommand() throws Exception {
        String script = Files.readString(Path.of("../canary"));
        for (String command : new CommandLine(Main.class).getSubcommands().keySet()) {
            assertTrue(script.contains("\n  " + command + " "), "the help does not name " + command);
            assertTrue(
                    script.lines().anyMatch(l -> l.endsWith(")") && l.contains(command)), "not passed on: " + command);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "run plan.yaml",
                "run plan.yaml --version",
                "check",
                "check a b",
                "init",
                "init a.yaml --arg hash",
                "demo --speed 3",
                "weight --max 50",
                "weight --latency-delta much --error-delta 0 --max 50",
                "demo --port http",
                "demo --time-scale fast",
                "run plan.yaml --version v2 --give-up soon"
            })
    void wrongUsageEndsWithTheUsage(String typed) {
        Cli.Ended end = Cli.run((Object[]) (typed.isEmpty() ? new String[0] : typed.split(" ")))
                .exits(2);
        assertTrue(end.err().contains("Usage: canary"), end.toString());
        assertEquals("", end.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --scenario sunny | there is no scenario 'sunny'; there are healthy, errors, latency",
                "demo --time-scale 0.5 | --time-scale is between 1 and 120, not 0.5",
                "demo --time-scale NaN | --time-scale is between 1 and 120",
                "demo --port 70000 | --port is between 0 and 65535, not 70000",
                "run nowhere.yaml --version v2 | there is no file nowhere.yaml",
                "check nowhere.yaml | there is no file nowhere.yaml",
                "init nowhere.yaml | there is no file nowhere.yaml",
                "demo --plan nowhere.yaml | there is no file nowhere.yaml",
                "check . | . is a folder",
            })
    void whatCannotBeIsSaidInWords(String typed, String said) {
        Cli.Ended end = Cli.run((Object[]) typed.split(" ")).exits(2).says(said);
        assertEquals(1, end.err().lines().count(), end.toString());
    }

    @Test
    void anUnknownCommand() {
        Cli.run("deploy").exits(2).says("'deploy'");
    }

    @Test
    void filesThatAreNoText() throws Exception {
        Path binary = Files.write(dir.resolve("a.bin"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        Cli.run("check", binary).exits(2).says("is not UTF-8 text");
        Path large = Files.write(dir.resolve("large.yaml"), "#".repeat(2 << 20).getBytes(StandardCharsets.UTF_8));
        Cli.run("check", large).exits(2).says("is larger than 1 MiB");
    }

    /** Whoever starts it is the only one there, so that it would wait for ever. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "min: 2 | phase Half needs 2 people who agree, and on the command line there is only",
                "notBy: [committers] | phase Half needs somebody whom notBy does not exclude",
                "notBy: [starter] | run it in Jenkins, or remove min and notBy from its approval"
            })
    void whatNobodyHereCanApproveIsNotRun(String approval, String said) throws Exception {
        Path plan = Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                gate: [ { metric: success-rate, min: 95%% } ]
                phases:
                  - { name: Half, weight: 50, hold: 1m, approval: { %s } }
                  - { name: Full, weight: 100, hold: 1m }
                """.formatted(approval));
        Cli.run("run", plan, "--version", "v2").exits(2).says(said);
        Cli.run("check", plan).exits(0);
    }

    @Test
    void aBrokenPlanIsNotRun() throws Exception {
        Path plan = Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                phases:
                  - { name: Full, weight: 200, hold: soon }
                """);
        for (Object[] typed :
                new Object[][] {{"run", plan, "--version", "v2"}, {"demo", "--headless", "--plan", plan}}) {
            Cli.run(typed).exits(2).says(plan + ":4:27 error", plan + ":4:38 error", "nothing was started");
        }
        Cli.Ended json = Cli.run("run", plan, "--version", "v2", "--json").exits(2);
        assertEquals("FAILED", json.json().path("outcome").asText());
        assertTrue(json.json().path("reason").asText().contains("has errors"), json.toString());
        assertTrue(Files.notExists(dir.resolve(".canary")), "nothing was started, so there is no journal");
    }
}
