package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.probe.JwtReplayProbe.TokenAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ready-made probes against a service over real HTTP that is right, and against one that is wrong in each way. */
class ReadyMadeProbesTest {

    private LimitedService service;
    private Probes probes;

    @BeforeEach
    void start() throws Exception {
        service = new LimitedService();
        probes = Probes.at(service.uri());
    }

    @AfterEach
    void stop() {
        probes.close();
        service.close();
    }

    @Test
    void limitThatHolds() throws Exception {
        ProbeResult result = probes.run(Probes.limit(20, 30, 6));

        assertEquals(CheckOutcome.PASS, result.outcome(), result.says());
        assertEquals(Map.of(200, 20, 429, 10), result.statuses());
        assertEquals(30, result.requests());
    }

    @Test
    void limitThatLetsEveryRequestThrough() throws Exception {
        service.limit = 1_000;
        ProbeResult result = probes.run(Probes.limit(20, 30, 6));

        assertEquals(CheckOutcome.FAIL, result.outcome());
        assertEquals(
                "0 of 30 requests were answered with 429",
                Probes.finding(result, "429 beyond the limit").says());
        assertTrue(result.says().contains("RateLimit-Limit is 1000 instead of 20"), result.says());
    }

    @Test
    void podsThatCountForThemselves() throws Exception {
        service.pods = 2;
        ProbeResult result = probes.run(Probes.limit(20, 50, 1));

        assertEquals(
                "40 requests were let through",
                Probes.finding(result, "at most 20 a window").says());
        assertEquals(
                CheckOutcome.FAIL, Probes.finding(result, "remaining falls").outcome());
    }

    @Test
    void headersThatAreMissingOrMakeNoSense() throws Exception {
        service.headers = e -> e.getResponseHeaders().remove("RateLimit-Reset");
        assertEquals("on 20 of 20 answers, there is no RateLimit-Reset", headers("200"));
        service.forget();
        service.headers = e -> e.getResponseHeaders().set("RateLimit-Remaining", "many\u0007");
        assertEquals("on 20 of 20 answers, RateLimit-Remaining is 'many', which is no whole number", headers("200"));
        service.forget();
        service.headers = e -> e.getResponseHeaders().set("RateLimit-Reset", "946684800");
        assertTrue(headers("200").contains("RateLimit-Reset is '946684800', which is not within the next day"));
        service.forget();
        service.headers = e -> e.getResponseHeaders().remove("Retry-After");
        assertEquals("on 5 of 5 answers, there is no Retry-After", headers("429"));
        service.forget();
        service.headers = e -> e.getResponseHeaders().set("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");
        assertTrue(headers("429").contains("'Fri, 31 Dec 1999 23:59:59 GMT', which is not within the next day"));
        service.forget();
        service.headers = e -> e.getResponseHeaders().set("RateLimit-Remaining", "7");
        assertTrue(headers("429").contains("RateLimit-Remaining is 7 although it was refused"));
    }

    @Test
    void headersOfOtherDraftsAreNamed() throws Exception {
        service.headers = e -> {
            for (String name : List.of("Limit", "Remaining", "Reset")) {
                e.getResponseHeaders()
                        .set("X-RateLimit-" + name, e.getResponseHeaders().getFirst("RateLimit-" + name));
                e.getResponseHeaders().remove("RateLimit-" + name);
            }
        };
        assertEquals(
                "on 20 of 20 answers, there is no RateLimit-Limit, but X-RateLimit-Limit: write rateLimitHeaders:"
                        + " X-RateLimit",
                headers("200"));
        service.forget();
        service.headers = e -> {
            List.of("Limit", "Remaining", "Reset")
                    .forEach(name -> e.getResponseHeaders().remove("RateLimit-" + name));
            e.getResponseHeaders().set("RateLimit", "\"default\";r=50;t=30");
        };
        assertEquals(
                "on 20 of 20 answers, there is no RateLimit-Limit, but the one header RateLimit of later drafts, which"
                        + " is not read: have the service send the three as well",
                headers("200"));
        service.forget();
        service.headers = e -> e.getResponseHeaders().set("RateLimit-Reset", "1790000000000");
        assertEquals(
                "on 20 of 20 answers, RateLimit-Reset is '1790000000000', which is neither whole seconds nor a moment"
                        + " in seconds since 1970",
                headers("200"));
    }

    @Test
    void resetMayBeAMomentAndRetryAfterADate() throws Exception {
        service.headers = e -> {
            java.time.ZonedDateTime soon =
                    java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC).plusSeconds(60);
            e.getResponseHeaders().set("RateLimit-Reset", String.valueOf(soon.toEpochSecond()));
            if (e.getResponseHeaders().containsKey("Retry-After")) {
                e.getResponseHeaders()
                        .set("Retry-After", java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(soon));
            }
        };
        ProbeResult result = probes.run(Probes.limit(20, 25, 4));
        assertEquals(CheckOutcome.PASS, result.outcome(), result.says());
    }

    /** One that refuses everybody keeps every promise of the headers; whether it lets anybody through is not seen. */
    @Test
    void limitThatLetsNobodyThroughIsNotPassed() throws Exception {
        probes.run(Probes.limit(20, 25, 4));
        ProbeResult result = probes.run(Probes.limit(20, 25, 4));
        assertEquals(Map.of(429, 25), result.statuses());
        assertEquals(CheckOutcome.NO_DATA, result.outcome(), result.says());
        assertTrue(result.says().contains("every request was refused"), result.says());
    }

    private String headers(String status) throws Exception {
        ProbeResult result = probes.run(Probes.limit(20, 25, 4));
        ProbeFinding finding = Probes.finding(result, "rate limit headers on " + status);
        assertEquals(CheckOutcome.FAIL, finding.outcome());
        return finding.says();
    }

    @Test
    void remainingThatStands() throws Exception {
        service.headers = e -> e.getResponseHeaders().set("RateLimit-Remaining", "9");
        assertEquals(
                CheckOutcome.FAIL,
                Probes.finding(probes.run(Probes.limit(20, 25, 1)), "remaining falls")
                        .outcome());
    }

    @Test
    void countsThatOutliveARestart() throws Exception {
        assertEquals(CheckOutcome.PASS, probes.run(persistence()).outcome());
    }

    @Test
    void countsThatBeginAnewWithThePods() throws Exception {
        try (Probes forgetful = new Probes(service.uri(), Probes.QUICK, (how, within) -> {
            service.forget();
            return CompletableFuture.completedFuture(null);
        })) {
            ProbeResult result = forgetful.run(persistence());

            assertEquals(CheckOutcome.FAIL, result.outcome());
            assertEquals(
                    "the count outlives a restart: 15 remained before the restart, and 19 after it and one more request",
                    result.says());
        }
    }

    @Test
    void podsThatDoNotComeBack() throws Exception {
        try (Probes stuck = new Probes(
                service.uri(),
                Probes.QUICK,
                (how, within) -> CompletableFuture.failedFuture(
                        new IllegalStateException("the restarted pods were not ready within 2m")))) {
            ProbeResult result = stuck.run(persistence());

            assertEquals(CheckOutcome.UNAVAILABLE, result.outcome());
            assertEquals("the restarted pods were not ready within 2m", result.says());
        }
    }

    private static PersistenceProbe persistence() {
        return new PersistenceProbe(
                "counts",
                Probe.EVERY,
                ProbeRequest.get("/limited"),
                5,
                "",
                new PersistenceProbe.Restart(null, null, null, Duration.ofMinutes(1)));
    }

    @Test
    void foreignOriginsAreKeptOut() throws Exception {
        ProbeResult result = probes.run(cors());

        assertEquals(CheckOutcome.PASS, result.outcome(), result.says());
        // The foreign one, null, two that look like the allowed one, and the allowed one: each plain and as preflight.
        assertEquals(10, result.requests());
    }

    @Test
    void originsThatAreReflected() throws Exception {
        service.reflectsOrigins = true;
        ProbeResult result = probes.run(cors());

        assertEquals(8, result.failures());
        assertTrue(
                result.says()
                        .contains("a request from https://app.example.foreign.example is not allowed: "
                                + "it is allowed by name"),
                result.says());
    }

    /** A browser takes no preflight that is not answered with 2xx, whatever its headers say. */
    @Test
    void ownPreflightThatIsRefused() throws Exception {
        try (io.jenkins.plugins.canary.engine.testing.RawServer strict =
                        new io.jenkins.plugins.canary.engine.testing.RawServer((socket, out) -> out.write(
                                ("HTTP/1.1 403 Forbidden\r\nAccess-Control-Allow-Origin: https://app.example\r\n"
                                                + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
                Probes there = Probes.at(strict.uri())) {
            ProbeResult result = there.run(cors());
            assertEquals(
                    "it was answered with 403",
                    Probes.finding(result, "a preflight from https://app.example is allowed")
                            .says());
            assertEquals(
                    CheckOutcome.PASS,
                    Probes.finding(result, "a request from https://app.example is allowed")
                            .outcome());
        }
    }

    @Test
    void wildcardWithCredentials() throws Exception {
        service.headers = e -> {
            e.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            e.getResponseHeaders().set("Access-Control-Allow-Credentials", "true");
        };
        ProbeResult result = probes.run(
                new CorsProbe("cors", Probe.EVERY, ProbeRequest.get("/cors"), "https://foreign.example", null));

        assertEquals(4, result.failures());
        assertTrue(result.says().contains("every origin is allowed by '*', with credentials"), result.says());
    }

    private static CorsProbe cors() {
        return new CorsProbe(
                "cors", Probe.EVERY, ProbeRequest.get("/cors"), "https://foreign.example", "https://app.example");
    }

    @Test
    void tokenIsGoodOnce() throws Exception {
        assertEquals(CheckOutcome.PASS, probes.run(replay()).outcome());
        assertEquals(CheckOutcome.PASS, probes.run(replay()).outcome(), "each run signs a token of its own");
        assertFalse(service.seen.stream().anyMatch(s -> s.contains(Probes.TOKEN)), "the probe brings its own token");
    }

    @Test
    void tokenThatIsTakenTwice() throws Exception {
        service.takesTokensTwice = true;
        ProbeResult result = probes.run(replay());

        assertEquals(CheckOutcome.FAIL, result.outcome());
        assertEquals(
                "a token is good for one use: the first use was answered with 200 and the second with 200",
                result.says());
    }

    @Test
    void tokenThatIsRefusedAtOnce() throws Exception {
        ProbeResult result = probes.run(new JwtReplayProbe(
                "replay",
                Probe.EVERY,
                ProbeRequest.get("/nowhere"),
                key(),
                TokenAlgorithm.HS256,
                Map.of(),
                Duration.ofMinutes(1)));

        assertEquals(CheckOutcome.NO_DATA, result.outcome());
        assertTrue(result.says().contains("refused the first time already, with 404"), result.says());
    }

    private static JwtReplayProbe replay() {
        return new JwtReplayProbe(
                "replay",
                Probe.EVERY,
                ProbeRequest.get("/once"),
                key(),
                TokenAlgorithm.HS256,
                Map.of("aud", "api"),
                Duration.ofMinutes(1));
    }

    private static Secrets.Ref key() {
        return new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "KEY");
    }
}
