package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
        String closed = GOOD + "windows: { timeZone: Europe/Berlin, freezes: [ { from: 2023-01-01, to: 2027-12-30,"
                + " reason: Moving } ] }\n";
        Cli.run("check", plan(closed))
                .exits(0)
                .says("windows: closed until Fri 31 Dec 2027 00:00 Europe/Berlin (Moving)");
    }

    @Test
    void readsTheCalendarsOfItsWindows() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String events = """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//test//EN
                BEGIN:VEVENT
                UID:c
                DTSTART;VALUE=DATE:%s
                DTEND;VALUE=DATE:%s
                SUMMARY:Moving
                END:VEVENT
                END:VCALENDAR
                """.formatted(compact(today.minusDays(1)), compact(today.plusDays(2)));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        String plan = GOOD + "windows: { open: [ Mon-Sun ], calendar: \"http://127.0.0.1:" + port + "/f.ics\" }\n";
        try {
            JsonNode json = Cli.run("check", plan(plan), "--json").exits(0).json();
            assertTrue(
                    json.path("windows").asText().matches("windows: closed until .* UTC \\(Moving\\)"),
                    json.toString());
            assertEquals(0, json.path("warnings").intValue());
        } finally {
            server.stop(0);
        }
        JsonNode down = Cli.run("check", plan(plan), "--json").exits(0).json();
        assertEquals(
                "windows: open now, without the events of the calendar 127.0.0.1",
                down.path("windows").asText());
        assertEquals(1, down.path("warnings").intValue());
        assertEquals(
                "windows.calendar", down.path("problems").get(0).path("path").asText());
        Cli.run("check", plan(GOOD + "windows: { calendar: env:NO_SUCH_CALENDAR }\n"))
                .exits(0)
                .says("plan.yaml: warning windows.calendar: ")
                .says("NO_SUCH_CALENDAR");
    }

    private static String compact(LocalDate day) {
        return day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    @Test
    void saysWhatCanaryRunRefuses() throws Exception {
        String two = GOOD.replace("weight: 5,", "weight: 5, approval: { min: 2 },");
        Cli.run("check", plan(two)).exits(0).says("canary run refuses this plan: phase First needs 2 people who agree");
        JsonNode json = Cli.run("check", plan(two), "--json").exits(0).json();
        assertTrue(json.path("runRefuses").asText().startsWith("phase First"), json.toString());
        assertEquals(0, json.path("warnings").intValue());
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
