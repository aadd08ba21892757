package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.Expectations.JsonExpectation;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests over real HTTP, to services that behave and to those that do not. */
@Timeout(90)
class ProberTest {

    private static final Expectations GOOD = Probes.good(Map.of(), List.of());

    @Test
    void bodyHeadersAndStatus() throws Exception {
        try (LimitedService service = new LimitedService();
                Probes probes = Probes.at(service.uri())) {
            Expectations met = new Expectations(
                    Map.of("200", CountRange.parse("5")),
                    Map.of("Date", LinearPattern.compile(".*GMT")),
                    Map.of(),
                    List.of(
                            new JsonExpectation("$.status", "up", null, null),
                            new JsonExpectation("$.open", null, 1.0, 3.0)),
                    null);
            ProbeResult result = probes.run(Probes.http("/json", 5, null, met));
            assertEquals(CheckOutcome.PASS, result.outcome(), result.says());
            assertEquals("GET /json Bearer " + Probes.TOKEN, service.seen.get(0));

            Expectations unmet = new Expectations(
                    Map.of("200", CountRange.parse("6..")),
                    Map.of("X-Version", LinearPattern.compile("v2")),
                    Map.of(),
                    List.of(new JsonExpectation("$.open", null, null, 2.0)),
                    null);
            assertEquals(
                    "status 200: at least 6: 5 of 5 answers had status 200; header X-Version: on 5 of 5 answers it is "
                            + "missing; body: in 5 of 5 answers, at $.open there is 3",
                    probes.run(Probes.http("/json", 5, null, unmet)).says());
        }
    }

    @Test
    void redirectsElsewhereAreNotFollowed() throws Exception {
        AtomicInteger strangers = new AtomicInteger();
        try (RawServer elsewhere = new RawServer((socket, out) -> strangers.incrementAndGet());
                LimitedService service = new LimitedService();
                Probes probes = Probes.at(service.uri())) {
            service.location = elsewhere.uri() + "/x?token=abc";
            ProbeResult result = probes.run(Probes.http("/redirect", 2, null, GOOD));

            assertEquals(CheckOutcome.FAIL, result.outcome());
            assertTrue(
                    result.says().contains("2 x 302 (a redirect to " + elsewhere.uri() + "/x, which is not followed)"),
                    result.says());
            assertEquals(0, strangers.get());
        }
    }

    @Test
    void hostsThatAreNotOnTheList() throws Exception {
        try (LimitedService service = new LimitedService()) {
            MetricException refused = assertThrows(
                    MetricException.class,
                    () -> new Probes(
                                    service.uri(),
                                    new AllowList(List.of("127.0.0.1:1", "*.example.com")),
                                    Probes.QUICK,
                                    null)
                            .close());
            assertEquals(
                    "probes.canary: " + service.uri()
                            + " is not on the plan's list probes.allow: nothing is sent there",
                    refused.getMessage());
            assertTrue(service.seen.isEmpty());
        }
    }

    @Test
    void endlessBodyIsHungUpOn() throws Exception {
        try (RawServer endless = new RawServer((socket, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    byte[] chunk = new byte[8192];
                    while (true) {
                        out.write(chunk);
                    }
                });
                Probes probes = Probes.at(endless.uri())) {
            ProbeResult result = probes.run(Probes.http("/", 2, null, GOOD));

            assertEquals(CheckOutcome.UNAVAILABLE, result.outcome());
            assertTrue(result.says().contains("its answer is larger than 1 MiB and was cut off"), result.says());
        }
    }

    @Test
    void slowDripEndsWithTheProbesTime() throws Exception {
        ProbeLimits short1s = new ProbeLimits(10, 100, Duration.ofSeconds(1));
        try (RawServer drip = new RawServer((socket, out) -> {
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write('.');
                        out.flush();
                        Thread.sleep(20);
                    }
                });
                Probes probes = new Probes(drip.uri(), short1s, null)) {
            HttpProbe one = new HttpProbe("p", Probe.EVERY, ProbeRequest.get("/"), 5, 1, null, GOOD);
            ProbeResult result = probes.run(one);

            assertEquals(CheckOutcome.UNAVAILABLE, result.outcome());
            assertTrue(result.says().contains("did not answer within"), result.says());
            assertTrue(result.tookMillis() < 20_000, "took " + result.tookMillis());
            assertTrue(
                    result.requests() >= 1 && result.requests() < 5, "no time was left for all: " + result.requests());
        }
    }

    @Test
    void closingHangsUp() throws Exception {
        try (RawServer silent = new RawServer((socket, out) -> Thread.sleep(60_000));
                Probes probes = Probes.at(silent.uri())) {
            CompletableFuture<ProbeResult> running = probes.prober.run(Probes.http("/", 3, null, GOOD), Track.CANARY);
            while (silent.requests().isEmpty()) {
                Thread.onSpinWait();
            }
            probes.prober.close();
            ProbeResult result = running.get(8, java.util.concurrent.TimeUnit.SECONDS);
            assertEquals(CheckOutcome.UNAVAILABLE, result.outcome());
        }
    }

    /** The stall of a closed loop would be one slow request; as users come, it is that of everybody who came meanwhile. */
    @Test
    void stallIsNotHiddenByTheRequestsThatItPutsOff() throws Exception {
        AtomicInteger number = new AtomicInteger();
        try (RawServer stalling = new RawServer((socket, out) -> {
                    if (number.incrementAndGet() == 10) {
                        Thread.sleep(1_000);
                    }
                    out.write(
                            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                });
                Probes probes = Probes.at(stalling.uri())) {
            Expectations latency = Probes.good(Map.of(0.5, 0.4), List.of());
            ProbeResult result =
                    probes.run(new HttpProbe("p", Probe.EVERY, ProbeRequest.get("/"), 60, 1, 50.0, latency));

            // 60 requests at 50 a second take 1.2 s: of those due in the second of the stall each waited for its rest.
            assertEquals(Map.of(204, 60), result.statuses());
            assertEquals(
                    CheckOutcome.FAIL,
                    Probes.finding(result, "latency p50 <= 400ms").outcome(),
                    result.toString());
        }
    }

    @Test
    void whatServersSendBackDoesNotGiveTheTokenAway() throws Exception {
        try (LimitedService service = new LimitedService();
                Probes probes = Probes.at(service.uri())) {
            service.headers = e -> e.getResponseHeaders()
                    .set("RateLimit-Reset", String.valueOf(e.getRequestHeaders().getFirst("Authorization")));
            ProbeResult result = probes.run(Probes.limit(20, 25, 4));

            assertTrue(result.says().contains("****"), result.says());
            assertFalse(result.toString().contains(Probes.TOKEN), result.toString());
        }
    }

    @Test
    void trackWithoutAnAddress() throws Exception {
        try (LimitedService service = new LimitedService();
                Probes probes = Probes.at(service.uri())) {
            ProbeResult result = probes.prober
                    .run(Probes.http("/json", 1, null, GOOD), Track.STABLE)
                    .get();
            assertEquals(
                    "the plan does not say where the stable track is reached: write probes.stable: { url: ... }",
                    result.says());
        }
    }
}
