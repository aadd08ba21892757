package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a metrics server says that is no metric, the rollout neither advances nor goes back, and says where it looked. */
class LyingMetricsTest {

    private static final String VECTOR =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}";

    @TempDir
    private Path dir;

    private LocalRelease release;

    @BeforeEach
    void start() throws Exception {
        release = new LocalRelease(dir);
    }

    @AfterEach
    void stop() {
        release.close();
    }

    private Cli.Ended held(String url) throws Exception {
        Path plan = release.plan("prometheus: { url: \"" + url + "\", interval: 100ms, timeout: 2s }");
        Cli.Ended end = Cli.run("run", plan, "--version", "v2", "--give-up", "500ms", "--json")
                .exits(3);
        assertEquals("HELD", end.json().path("outcome").asText());
        assertEquals(Weight.ofPercent(20), release.weight(), "left where it was");
        return end;
    }

    private static String reason(Cli.Ended end) {
        return end.json().path("reason").asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 OK\\nContent-Type: text/html | <html><title>Sign in</title></html> | Sign in",
                "200 OK\\nContent-Type: application/json | {\"status\":\"success\",\"data\":{\"resu | JSON",
                "429 Too Many Requests\\nRetry-After: 7 | slow down | asks to wait 7 s",
                "301 Moved Permanently\\nLocation: /loop | moved | redirects are not followed",
                "200 OK\\nContent-Type: application/json | {\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"x\"]}} | string",
                "200 OK\\nContent-Type: application/json | {\"status\":\"success\",\"warnings\":[\"2 of 3 stores did not answer\"],\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"0\"]}} | 2 of 3 stores did not answer",
                "400 Bad Request\\nContent-Type: application/json | {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"} | parse error",
            })
    void isNamedWithItsAddress(String head, String body, String said) throws Exception {
        try (RawServer server = RawServer.of(head.replace("\\n", "\n"), body)) {
            String reason = reason(held(server.uri().toString()));
            assertTrue(reason.contains(server.uri().toString()), reason);
            assertTrue(reason.contains(said), reason);
            assertTrue(reason.contains("the canary is left at 20%; set its weight to 0 manually"), reason);
        }
    }

    @ParameterizedTest
    @CsvSource({"NaN, no requests, no data", "+Inf, infinite, source unavailable"})
    void whatIsNoNumberIsNoReading(String value, String said, String as) throws Exception {
        String body = VECTOR.formatted("{\"metric\":{},\"value\":[1,\"" + value + "\"]}");
        try (RawServer server = RawServer.json(body)) {
            String reason = reason(held(server.uri().toString()));
            assertTrue(reason.contains(said) && reason.contains(as), reason);
        }
    }

    @Test
    void twoSeriesWhereOneWasAskedFor() throws Exception {
        String two =
                "{\"metric\":{\"pod\":\"a\"},\"value\":[1,\"0\"]},{\"metric\":{\"pod\":\"b\"},\"value\":[1,\"1\"]}";
        try (RawServer server = RawServer.json(VECTOR.formatted(two))) {
            assertTrue(reason(held(server.uri().toString())).contains("2 series"));
        }
    }

    @Test
    void anAnswerWithoutEndIsCutOff() throws Exception {
        try (RawServer server = new RawServer((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] much = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 200; i++) {
                out.write(much);
            }
        })) {
            String reason = reason(held(server.uri().toString()));
            assertTrue(
                    reason.contains("is larger than")
                            && reason.contains(server.uri().toString()),
                    reason);
        }
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        assertTrue(reason(held("http://127.0.0.1:1")).contains("http://127.0.0.1:1"));
    }

    /** No data and no answer are two things: onNoData speaks of the first. */
    @Test
    void anOutageHoldsAlsoWhereNoDataPasses() throws Exception {
        try (RawServer server = RawServer.of("503 Service Unavailable", "overloaded")) {
            Path plan = release.plan("prometheus: { url: \"" + server.uri() + "\", interval: 100ms, timeout: 2s }");
            Files.writeString(plan, Files.readString(plan).replace("max: 5% }", "max: 5%, onNoData: pass }"));
            Cli.Ended end = Cli.run("run", plan, "--version", "v2", "--give-up", "2s", "--json")
                    .exits(3);
            assertEquals("HELD", end.json().path("outcome").asText());
            assertTrue(reason(end).contains("503"), reason(end));
            assertEquals(Weight.ofPercent(20), release.weight(), "left where it was");
        }
    }

    @Test
    void aCriterionThatMayBeWithoutDataIsNothingToGiveUpFor() throws Exception {
        try (RawServer server = RawServer.json(VECTOR.formatted(""))) {
            Path plan = release.plan("prometheus: { url: \"" + server.uri() + "\", interval: 100ms, timeout: 2s }");
            Files.writeString(plan, Files.readString(plan).replace("max: 5% }", "max: 5%, onNoData: pass }"));
            Cli.Ended end = Cli.run("run", plan, "--version", "v2", "--give-up", "500ms", "--json")
                    .exits(0);
            assertEquals("PROMOTED", end.json().path("outcome").asText());
        }
    }
}
