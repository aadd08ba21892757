package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import io.jenkins.plugins.canary.engine.traffic.haproxy.RuntimeAddress;
import io.jenkins.plugins.canary.engine.traffic.local.LocalDriver.ControlSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers and routers say is shown on one line without commands to a terminal, and not at all when a plan led there. */
class HostileWordsTest {

    private static final String FORGED =
            "TOP-SECRET\r\n[canary x] promoted\u001b[2K\u001b]0;title\u0007\u009b31m\u202e\u2028\u2029\u0085\u000bend";
    /** In Jenkins: the plan's author chose the address, and may have no right to what is there. */
    private static final AddressPolicy OF_A_PLAN = (host, port, address) -> Optional.empty();

    private static String json(String text) {
        try {
            return new ObjectMapper().writeValueAsString(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertFit(String says) {
        assertEquals(
                Optional.empty(),
                says.chars()
                        .filter(c -> Character.isISOControl(c)
                                || c == '\u2028'
                                || c == '\u2029'
                                || Character.getType(c) == Character.FORMAT)
                        .boxed()
                        .findFirst(),
                says);
        assertFalse(says.contains("[2K"), says);
        assertFalse(says.contains("31m"), says);
    }

    private static Stream<Arguments> documents() {
        return Stream.of(
                        "{\"v\":" + json(FORGED) + "}",
                        "{\"v\":[" + json(FORGED) + "]}",
                        FORGED,
                        "<title>" + FORGED + "</title>",
                        "{\"status\":\"error\",\"errorType\":" + json(FORGED) + ",\"error\":" + json(FORGED) + "}",
                        "{\"status\":\"success\",\"warnings\":[" + json(FORGED)
                                + "],\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
                        "{\"status\":\"success\",\"data\":{\"resultType\":" + json(FORGED) + ",\"result\":["
                                + json(FORGED) + "]}}",
                        "http_requests_total{a=\"" + FORGED + "\"} " + FORGED)
                .flatMap(body -> Stream.of(
                                "200 OK",
                                "500 Oops",
                                "302 Found\nLocation: http://127.0.0.1/TOP-SECRET",
                                "429 Slow\nRetry-After: TOP-SECRET",
                                "200 OK\nContent-Encoding: TOP-SECRET")
                        .map(head -> Arguments.of(head, body)));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void metrics(String head, String body) throws Exception {
        for (AddressPolicy policy : List.of(AddressPolicy.UNRESTRICTED, OF_A_PLAN)) {
            try (RawServer server = RawServer.of(head, body)) {
                String uri = server.uri() + "/m";
                for (MetricSource source : List.of(
                        open(null, policy, SampleMetrics.json("m", uri, "$.v")),
                        open(SampleMetrics.prometheus(uri), policy, SampleMetrics.promQl("m", "up")))) {
                    assertFit(
                            source.read(java.util.Set.of(SampleMetrics.query("m", Track.CANARY)), Instant.now())
                                    .join(),
                            policy);
                }
                MetricSource scrape =
                        open(new SourceSettings.Scrape(List.of(uri), List.of(), Auth.NONE, 10_000), policy);
                assertFit(
                        scrape.read(java.util.Set.of(SampleMetrics.query("requests", Track.CANARY)), Instant.now())
                                .join(),
                        policy);
            }
        }
    }

    private static MetricSource open(SourceSettings source, AddressPolicy policy, CustomMetric... custom)
            throws Exception {
        SourceContext context = new SourceContext(
                new Target("shop", "api"), "v2", SampleMetrics.NO_SECRETS, name -> Optional.empty(), policy);
        return new MetricSources().open(SampleMetrics.metrics(source, custom), context);
    }

    private static void assertFit(java.util.Map<?, Reading> readings, AddressPolicy policy) {
        for (Reading reading : readings.values()) {
            assertNotEquals(Reading.Status.OK, reading.status());
            assertFit(reading.detail());
            assertFalse(policy == OF_A_PLAN && reading.detail().contains("SECRET"), reading.detail());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "400 Bad Request", "503 Unavailable"})
    void controlAddresses(String head) throws Exception {
        for (String body : List.of("{\"error\":" + json(FORGED) + "}", FORGED, "[" + json(FORGED) + "]")) {
            try (RawServer server = RawServer.of(head, body)) {
                assertRefused(new ControlSettings(server.uri()));
            }
        }
    }

    @Test
    void haproxy() throws Exception {
        for (String answer : List.of(
                FORGED + "\n\n",
                "# pxname,svname,type\n" + FORGED + "," + FORGED + "," + FORGED + "\n\n",
                "# pxname,svname,type,weight,uweight,status,bck,scur,stot\nb,BACKEND,1\nb," + FORGED + ",2,x,x,"
                        + FORGED + ",0,x,x\n\n")) {
            // A raw server reads a head that ends with an empty line, which a command has not: so it answers before it
            // is asked.
            try (java.net.ServerSocket server =
                    new java.net.ServerSocket(0, 8, java.net.InetAddress.getLoopbackAddress())) {
                Thread thread = new Thread(() -> {
                    while (!server.isClosed()) {
                        try (java.net.Socket asker = server.accept()) {
                            asker.getInputStream().read();
                            asker.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                        } catch (java.io.IOException over) {
                            return;
                        }
                    }
                });
                thread.setDaemon(true);
                thread.start();
                assertRefused(new HaproxySettings(
                        new RuntimeAddress(null, "127.0.0.1", server.getLocalPort()),
                        "b",
                        "c",
                        "s",
                        Duration.ofSeconds(20)));
            }
        }
    }

    private static void assertRefused(RouterSettings settings) {
        RouterContext context = new RouterContext(
                "r",
                new Target("shop", "api"),
                "v2",
                "job #1",
                SampleMetrics.NO_SECRETS,
                null,
                new RouterContext.Claimant("r", RouterContext.Taking.values()[0], () -> 0),
                List.of(),
                OF_A_PLAN,
                InstantSource.system());
        RouterException refused = assertThrows(RouterException.class, () -> settings.open(context));
        assertFit(refused.getMessage());
        assertFalse(refused.getMessage().contains("SECRET"), refused.getMessage());
    }

    /** Whoever makes one of these does not have to think of it. */
    @Test
    void whatIsToldOnIsFitFromBirth() {
        assertFit(new RouterException(FORGED).getMessage());
        assertFit(RouterException.permanent(FORGED).getMessage());
        assertFit(new io.jenkins.plugins.canary.engine.metric.MetricException(FORGED).getMessage());
        assertFit(Reading.unavailable(FORGED).detail());
        assertFit(new Observation(
                        Weight.ZERO,
                        true,
                        false,
                        null,
                        FORGED,
                        List.of(FORGED),
                        FORGED,
                        new CanaryHealth(CanaryHealth.State.DOWN, FORGED),
                        ExtraTraffic.NONE,
                        null)
                .toString());
        assertFit(new io.jenkins.plugins.canary.engine.probe.ProbeFinding(
                        "x", io.jenkins.plugins.canary.engine.gate.CheckOutcome.FAIL, FORGED)
                .says());
        assertEquals("Grüße: 5 % ≤ 7 ms", PlainText.line("Grüße: 5 % ≤ 7 ms"), "words stay words");
        assertTrue(PlainText.line("x".repeat(1_000_000)).length() < 5_000);
        assertEquals("a b", PlainText.line("a\u001b]8;;http://evil.example\u0007b"));
    }

    /** In time that grows with the text, whatever the text. */
    @ParameterizedTest
    @ValueSource(strings = {"\u001b]", "\u001b[", "\u009b0", "\u001b[0;", " ", "\u202e", "\u001b"})
    void hostileTextTakesNoTime(String part) {
        long begun = System.nanoTime();
        PlainText.clip(part.repeat(200_000), 1_000_000);
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(5).toNanos());
    }
}
