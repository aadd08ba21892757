package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's scenarios, mostly at 120 times the speed of their plan. */
class DemoCommandTest {

    /** Shorter than the demo's own, and patient with the latency of a busy machine. */
    private static final String PLAN = """
            name: shop
            traffic: { local: { control: "{{control}}" } }
            metrics:
              scrape: { canary: ["{{canary}}"], stable: ["{{stable}}"], interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: First, weight: 25, hold: 1m }
              - { name: Half, weight: 50, hold: %s }
              - { name: Full, weight: 100 }
            gate:
              - { metric: error-rate, max: 1%% }
              - { metric: latency, quantile: 0.5, max: 1500ms }
            abort:
              - { metric: error-rate, max: 5%% }
              - { metric: latency, quantile: 0.99, max: 2s }
            """;

    @TempDir
    private Path dir;

    private JsonNode demo(int exit, String scenario, String hold) throws Exception {
        Path plan = Files.writeString(dir.resolve("plan.yaml"), PLAN.formatted(hold));
        return Cli.run("demo", "--headless", "--json", "--scenario", scenario, "--plan", plan, "--time-scale", "120")
                .exits(exit)
                .json();
    }

    @Test
    void aHealthyVersionIsPromoted() throws Exception {
        JsonNode json = demo(0, "healthy", "2m");
        assertEquals("PROMOTED", json.path("outcome").asText());
        assertEquals("First", json.path("phases").get(0).path("name").asText());
        assertTrue(json.path("requests").path("canary").asLong() > 100, json.toString());
        assertTrue(json.path("requests").path("stable").asLong() > 100, json.toString());
        assertEquals(100, json.path("weight").asDouble());
    }

    /** How fast is measured by the benchmark; here the number has to be there and to be sane on any machine. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "errors | error-rate is [0-9.]+%, above the maximum of 5%",
                "latency | latency p99 is [0-9.]+ m?s, above the maximum of 2 s",
            })
    void aBadVersionIsTakenBack(String scenario, String reason) throws Exception {
        JsonNode json = demo(1, scenario, "30m");
        assertEquals("ROLLED_BACK", json.path("outcome").asText());
        assertTrue(json.path("reason").asText().matches(reason), json.toString());
        assertEquals(0, json.path("weight").asDouble());
        long reaction = json.path("reactionMillis").asLong(-1);
        assertTrue(reaction >= 0 && reaction < 5_000, json.toString());
    }

    @Test
    void withoutTrafficNothingIsDecided() throws Exception {
        nothingIsDecided(demo(3, "no-traffic", "30m"));
    }

    /** As a process of its own: what the services' libraries log of broken connections is not a person's business. */
    @Test
    void withoutMetricsNothingIsDecided() throws Exception {
        Path plan = Files.writeString(dir.resolve("plan.yaml"), PLAN.formatted("30m"));
        try (CommandProcess command = CommandProcess.start(
                dir,
                "demo",
                "--headless",
                "--json",
                "--scenario",
                "metrics-down",
                "--plan",
                plan,
                "--time-scale",
                "120")) {
            Cli.Ended end = command.end().exits(3);
            nothingIsDecided(end.json());
            assertEquals("", end.err());
        }
    }

    private static void nothingIsDecided(JsonNode json) {
        assertEquals("HELD", json.path("outcome").asText());
        assertTrue(json.path("reason").asText().contains("neither promoted nor rolled back"), json.toString());
        assertTrue(json.path("weight").asDouble() > 0, "left where it was: " + json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slow-leak", "flapping"})
    void whatTurnsBadSlowlyIsTakenBackInTheEnd(String scenario) {
        JsonNode json = Cli.run("demo", "--headless", "--json", "--scenario", scenario, "--time-scale", "120")
                .exits(1)
                .json();
        assertEquals("ROLLED_BACK", json.path("outcome").asText());
        assertEquals(0, json.path("weight").asDouble());
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli.run("demo", "--port", taken.getLocalPort())
                    .exits(3)
                    .says("port " + taken.getLocalPort() + " of 127.0.0.1 is taken", "choose another port");
        }
    }

    @Test
    void thePageStaysUpAfterTheEndUntilCtrlC() throws Exception {
        Path plan =
                Files.writeString(dir.resolve("plan.yaml"), PLAN.formatted("1m").replace("hold: 1m", "hold: 15s"));
        try (CommandProcess command = CommandProcess.start(dir, "demo", "--json", "--plan", plan)) {
            command.awaits("\"outcome\":\"PROMOTED\"");
            String url = command.toString().replaceAll("(?s).*the page stays up at (\\S+) until Ctrl-C.*", "$1");
            HttpResponse<String> rollout = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "rollout")).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, rollout.statusCode());
            assertTrue(rollout.body().contains("\"outcome\":\"PROMOTED\""), rollout.body());
            command.stop();
            assertEquals(
                    "PROMOTED", command.end().exits(143).json().path("outcome").asText());
        }
    }
}
