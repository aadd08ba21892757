package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.Expectations.JsonExpectation;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes against services that are strange, careless or mean. */
@Timeout(90)
class HostilePeersTest {

    private static final Expectations GOOD = Probes.good(Map.of(), List.of());

    private static Expectations header(String name, String pattern) {
        return new Expectations(
                Map.of("2xx", CountRange.parse("1..")),
                Map.of(name, LinearPattern.compile(pattern)),
                Map.of(),
                List.of(),
                null);
    }

    @Test
    void zipBombStaysSmall() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                zip.write(zeros);
            }
        }
        try (RawServer server = new RawServer((socket, out) -> {
                    out.write(
                            ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.size() + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    out.write(bomb.toByteArray());
                });
                Probes probes = Probes.at(server.uri())) {
            ProbeResult result = probes.run(Probes.http("/", 1, null, GOOD));
            assertTrue(result.says().contains("its answer is larger than 1 MiB and was cut off"), result.says());
        }
    }

    @Test
    void headersThatDripEndWithTheProbesTime() throws Exception {
        try (RawServer drip = new RawServer((socket, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                    for (int i = 0; ; i++) {
                        out.write(("X-" + i + ": drip\r\n").getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                        Thread.sleep(20);
                    }
                });
                Probes probes = new Probes(drip.uri(), new ProbeLimits(10, 100, Duration.ofSeconds(1)), null)) {
            ProbeResult result = probes.run(Probes.http("/", 2, null, GOOD));
            assertEquals(CheckOutcome.UNAVAILABLE, result.outcome());
            assertTrue(result.says().contains("did not answer within"), result.says());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20000000",
                "GET 204 No Content\r\nContent-Encoding: gzip",
                "GET 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0"
            })
    void answersWithoutABodyAreAnswers(String answer) throws Exception {
        int space = answer.indexOf(' ');
        try (RawServer server = new RawServer((socket, out) ->
                        out.write(("HTTP/1.1" + answer.substring(space) + "\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII)));
                Probes probes = Probes.at(server.uri())) {
            ProbeResult result = probes.run(new HttpProbe(
                    "p", Probe.EVERY, ProbeRequest.get("/").method(answer.substring(0, space)), 1, 1, null, GOOD));
            assertEquals(CheckOutcome.PASS, result.outcome(), result.says());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login?token=abc",
                "//elsewhere.example/x?token=abc",
                "mailto:abc@example.com",
                "http://[",
                "?token=abc"
            })
    void redirectsAreToldForWhatTheyAre(String location) throws Exception {
        try (LimitedService service = new LimitedService();
                Probes probes = Probes.at(service.uri())) {
            service.location = location;
            String says = probes.run(Probes.http("/redirect", 1, null, GOOD)).says();
            assertFalse(says.contains("null"), says);
            assertFalse(says.contains("abc"), says);
            assertTrue(
                    says.contains(
                            switch (location.charAt(0)) {
                                case '/' ->
                                    location.startsWith("//")
                                            ? "a redirect to //elsewhere.example/x,"
                                            : "a redirect to '/login',";
                                default ->
                                    location.startsWith("?")
                                            ? "a redirect to '',"
                                            : "a redirect to something that is not an address,";
                            }),
                    says);
        }
    }

    /** A long token that is shown cut off is not found whole any more. */
    @ParameterizedTest
    @ValueSource(strings = {"header", "json"})
    void longTokenIsNotTornAndToldInPart(String where) throws Exception {
        String token = "0123456789abcdef".repeat(8);
        try (LimitedService service = new LimitedService();
                RawServer echo = RawServer.json("{\"echo\":\"your token is " + token + "\"}");
                Probes headers = new Probes(service.uri(), token);
                Probes bodies = new Probes(echo.uri(), token)) {
            service.headers = e ->
                    e.getResponseHeaders().set("X-Echo", e.getRequestHeaders().getFirst("Authorization"));
            ProbeResult result = where.equals("header")
                    ? headers.run(Probes.http("/limited", 1, null, header("X-Echo", "never")))
                    : bodies.run(Probes.http(
                            "/",
                            1,
                            null,
                            Probes.good(Map.of(), List.of(new JsonExpectation("$.echo", "never", null, null)))));
            assertEquals(CheckOutcome.FAIL, result.outcome());
            assertTrue(result.says().contains("****"), result.says());
            assertFalse(result.toString().contains("01234567"), result.toString());
        }
    }

    @Test
    void noPatternTakesForever() throws Exception {
        try (RawServer server = RawServer.of("200 OK\nX-Version: " + "1,".repeat(40), "");
                Probes probes = Probes.at(server.uri())) {
            ProbeResult result = assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> probes.run(Probes.http("/", 1, null, header("X-Version", "(.*,){25}P"))));
            assertEquals(
                    "on 1 of 1 answers it is '" + "1,".repeat(30) + "...'",
                    Probes.finding(result, "header X-Version").says());
        }
    }

    /** A probe of several batches: those that were not fired yet are not fired after the rollout was taken back. */
    @Test
    void hangingUpEndsTheBatchesToCome() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch hungUp = new CountDownLatch(1);
        try (RawServer slow = new RawServer((socket, out) -> {
                    asked.countDown();
                    hungUp.await(30, TimeUnit.SECONDS);
                    out.write(
                            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                });
                Probes probes = Probes.at(slow.uri())) {
            CompletableFuture<ProbeResult> running = probes.prober.run(
                    new CorsProbe("cors", Probe.EVERY, ProbeRequest.get("/"), "https://foreign.example", null),
                    Track.CANARY);
            assertTrue(asked.await(30, TimeUnit.SECONDS));
            probes.prober.hangUp();
            hungUp.countDown();
            ProbeResult result = running.get(30, TimeUnit.SECONDS);
            assertEquals(1, slow.requests().size(), "one of four was under way");
            assertTrue(result.requests() <= 1, result.toString());
        }
    }

    /** A request that was never sent has no latency, and is not among those that were. */
    @Test
    void whatWasNotSentIsNotCounted() throws Exception {
        try (RawServer silent = new RawServer((socket, out) -> Thread.sleep(60_000));
                Probes probes = new Probes(silent.uri(), new ProbeLimits(100, 100, Duration.ofSeconds(1)), null)) {
            ProbeResult result = probes.run(new HttpProbe("p", Probe.EVERY, ProbeRequest.get("/"), 100, 1, null, GOOD));
            assertEquals(1, result.requests());
            assertTrue(result.latency().get("p50") > 0.5, result.latency().toString());
        }
    }

    @Test
    void hostIsComparedAsItIsSent() throws IOException {
        AllowList list = new AllowList(List.of("api.example", "*.apps.example"));
        for (String bad : List.of(
                "http://api.example./",
                "http://xapi.example/",
                "http://127.0.0.1/",
                "http://[::1]/",
                "https://api.example:80/",
                "http://api.example.evil.example/",
                "http://a.apps.example.evil.example/")) {
            assertFalse(list.allows(java.net.URI.create(bad)), bad);
        }
        assertTrue(list.allows(java.net.URI.create("HTTP://API.Example/")));
    }

    /** Headers and bodies are shown without commands to a terminal, and not at all where a plan led to them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsSaidIsOnOneLineAndNotRepeatedToStrangers(boolean stranger) throws Exception {
        try (RawServer server = RawServer.of(
                        "200 OK\nX-Version: TOP-SECRET\u001b[2K\u009b31m",
                        "{\"v\":\"TOP-SECRET\\r\\n[canary x] promoted\"}");
                RawServer redirect = RawServer.of("302 Found\nLocation: http://127.0.0.1/TOP-SECRET", "");
                Probes probes = stranger ? Probes.stranger(server.uri()) : Probes.at(server.uri());
                Probes elsewhere = stranger ? Probes.stranger(redirect.uri()) : Probes.at(redirect.uri())) {
            for (ProbeResult result : List.of(
                    probes.run(Probes.http("/", 1, null, header("X-Version", "never"))),
                    probes.run(Probes.http(
                            "/",
                            1,
                            null,
                            Probes.good(Map.of(), List.of(new JsonExpectation("$.v", "never", null, null))))),
                    elsewhere.run(Probes.http("/", 1, null, GOOD)))) {
                assertEquals(CheckOutcome.FAIL, result.outcome());
                assertFalse(result.toString().chars().anyMatch(Character::isISOControl), result.toString());
                assertEquals(!stranger, result.says().contains("SECRET"), result.says());
            }
        }
    }
}
