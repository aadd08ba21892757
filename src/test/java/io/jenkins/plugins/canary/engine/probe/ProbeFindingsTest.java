package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import io.jenkins.plugins.canary.engine.probe.JwtReplayProbe.TokenAlgorithm;
import io.jenkins.plugins.canary.engine.probe.JwtReplayProbe.Tokens;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What answers come to, computed without any. */
class ProbeFindingsTest {

    private static final long NOW = 1_800_000_000_000L;

    /** One answer of a fixed window of a minute that ends at {@code resetAt}. */
    private static ProbeResponse response(long sentMillis, long doneMillis, int status, long left, long resetAt) {
        return new ProbeResponse(
                sentMillis * 1_000_000,
                sentMillis * 1_000_000,
                doneMillis * 1_000_000,
                NOW + doneMillis,
                status,
                Map.of(
                        "ratelimit-limit",
                        "10",
                        "ratelimit-remaining",
                        String.valueOf(left),
                        "ratelimit-reset",
                        String.valueOf((resetAt - NOW - doneMillis) / 1000),
                        "retry-after",
                        "5"),
                null,
                null,
                true);
    }

    @Test
    void answersThatCrossedSayNothingAboutEachOther() {
        List<ProbeResponse> crossed =
                List.of(response(0, 100, 200, 8, NOW + 60_000), response(10, 50, 200, 9, NOW + 60_000));
        assertEquals(CheckOutcome.NO_DATA, falls(crossed).outcome());
    }

    @Test
    void remainingMayRiseWithANewWindow() {
        List<ProbeResponse> responses = List.of(
                response(0, 10, 200, 3, NOW + 2_000),
                response(100, 110, 200, 2, NOW + 2_000),
                response(5_000, 5_010, 200, 9, NOW + 62_000),
                response(5_100, 5_110, 200, 8, NOW + 62_000));
        assertEquals(
                CheckOutcome.PASS, falls(responses).outcome(), falls(responses).says());
    }

    private static ProbeFinding falls(List<ProbeResponse> responses) {
        return new RateLimitCheck("", null)
                .check(responses).stream()
                        .filter(f -> f.what().equals("remaining falls"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void windowThatEndsMeanwhileLetsMoreThrough() {
        List<ProbeResponse> responses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            long at = i * 100;
            boolean second = at >= 1_000;
            responses.add(response(at, at + 10, 200, 9 - i % 10, second ? NOW + 61_000 : NOW + 1_000));
        }
        RateLimitProbe probe = Probes.limit(10, 20, 1);
        ProbeFinding finding = probe.judge(List.of(responses)).get(1);
        assertEquals("20 requests were let through in 2 windows", finding.says());
        assertEquals(CheckOutcome.PASS, finding.outcome());
    }

    @Test
    void persistenceIsUndecidedWhenTheWindowWasOver() {
        PersistenceProbe probe = new PersistenceProbe(
                "p",
                Probe.EVERY,
                ProbeRequest.get("/"),
                1,
                "",
                new PersistenceProbe.Restart(null, null, null, Duration.ofMinutes(1)));
        List<ProbeFinding> findings = probe.judge(List.of(
                List.of(response(0, 10, 200, 5, NOW + 60_000)),
                List.of(response(70_000, 70_010, 200, 9, NOW + 120_000))));
        assertEquals(CheckOutcome.NO_DATA, findings.get(0).outcome());
    }

    @Test
    void quantilesAreThoseOfTheWaitsSinceEachRequestWasDue() {
        List<ProbeResponse> responses = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            responses.add(new ProbeResponse(0, i * 500_000L, i * 1_000_000L, NOW, 200, Map.of(), null, null, true));
        }
        Latencies latencies = Latencies.of(responses);
        assertEquals(0.050, latencies.quantile(0.5), 0.0001);
        assertEquals(0.099, latencies.quantile(0.99), 0.0001);
        assertTrue(Double.isNaN(Latencies.of(List.of()).quantile(0.5)));
    }

    /** Held against the definition: the least value that so many of all do not exceed, to three digits. */
    @Test
    void quantilesAreThoseOfSorting() {
        java.util.Random random = new java.util.Random(20261121);
        for (int trial = 0; trial < 300; trial++) {
            long[] waits = new long[1 + random.nextInt(500)];
            List<ProbeResponse> responses = new ArrayList<>();
            for (int i = 0; i < waits.length; i++) {
                waits[i] = (long) Math.exp(random.nextDouble() * Math.log(60e9));
                long due = random.nextInt(1_000);
                responses.add(new ProbeResponse(
                        due, due + waits[i] / 2, due + waits[i], NOW, 200, Map.of(), null, null, true));
            }
            java.util.Arrays.sort(waits);
            Latencies latencies = Latencies.of(responses);
            for (double q : new double[] {0.01, 0.29, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999}) {
                int rank = java.math.BigDecimal.valueOf(q)
                        .multiply(java.math.BigDecimal.valueOf(waits.length))
                        .setScale(0, java.math.RoundingMode.CEILING)
                        .intValue();
                double exact = waits[rank - 1] / 1_000 / 1e6;
                assertEquals(exact, latencies.quantile(q), exact / 1_000 + 1e-9, q + " of " + waits.length);
            }
        }
    }

    @Test
    void requestShowsNoHeadersValue() {
        RequestBatch batch = RequestBatch.one(ProbeRequest.get("/x").with("Authorization", "Bearer s3cret"));
        assertEquals("GET /x [Authorization]", batch.probeRequest().toString());
        assertFalse(batch.toString().contains("s3cret"));
    }

    @Test
    void emptyKeyIsNamed() {
        Tokens tokens = new Tokens(ref -> "", java.time.InstantSource.system());
        JwtReplayProbe probe = new JwtReplayProbe(
                "replay",
                Probe.EVERY,
                ProbeRequest.get("/"),
                new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "KEY"),
                TokenAlgorithm.HS256,
                Map.of(),
                Duration.ofMinutes(1));
        Probe.KeyException refused = assertThrows(Probe.KeyException.class, () -> tokens.token(probe));
        assertEquals("the key of probe replay is no key for HS256", refused.getMessage());
    }

    @Test
    void ranges() {
        assertEquals(new CountRange(100, 100), CountRange.parse("100"));
        assertEquals(new CountRange(1, Integer.MAX_VALUE), CountRange.parse("1.."));
        assertEquals(new CountRange(0, 5), CountRange.parse("..5"));
        assertEquals(new CountRange(90, 110), CountRange.parse("90..110"));
        for (String none : List.of("", "..", "5..1", "-1", "1.5", "x")) {
            assertNull(CountRange.parse(none), none);
        }
    }

    @Test
    void allowedHosts() {
        AllowList list = new AllowList(List.of("API.example", "other.example:8080", "*.apps.example", "[::1]:9"));
        for (String good : List.of(
                "https://api.example/x",
                "http://api.example:80",
                "http://other.example:8080",
                "https://a.apps.example",
                "http://[::1]:9/")) {
            assertTrue(list.allows(URI.create(good)), good);
        }
        for (String bad : List.of(
                "https://api.example:8443",
                "http://other.example",
                "https://apps.example",
                "https://a.apps.example:8443",
                "https://apiXexample",
                "https://evil.example/api.example")) {
            assertFalse(list.allows(URI.create(bad)), bad);
        }
    }

    @Test
    void tokensAreSignedAsTheirAlgorithmSays() throws Exception {
        // RFC 7515, A.1: the example's key and text.
        byte[] key = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        String text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
                + "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
        assertArrayEquals(
                Base64.getUrlDecoder().decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
                mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)),
                "the oracle itself");

        byte[] message = "a.b".getBytes(StandardCharsets.US_ASCII);
        mac.init(new javax.crypto.spec.SecretKeySpec("k".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertArrayEquals(mac.doFinal(message), TokenAlgorithm.HS256.sign(message, "k"));
        verifies(TokenAlgorithm.RS256, "RSA", "SHA256withRSA", message);
        verifies(TokenAlgorithm.ES256, "EC", "SHA256withECDSAinP1363Format", message);
    }

    private static void verifies(TokenAlgorithm algorithm, String family, String signature, byte[] message)
            throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
        generator.initialize(family.equals("RSA") ? 2048 : 256);
        KeyPair pair = generator.generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        Signature verifier = Signature.getInstance(signature);
        verifier.initVerify(pair.getPublic());
        verifier.update(message);
        assertTrue(verifier.verify(algorithm.sign(message, pem)));
    }

    @Test
    void keyThatIsNoneIsNotQuoted() {
        Tokens tokens = new Tokens(ref -> "not a key", java.time.InstantSource.system());
        JwtReplayProbe probe = new JwtReplayProbe(
                "replay",
                Probe.EVERY,
                ProbeRequest.get("/"),
                new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "KEY"),
                TokenAlgorithm.RS256,
                Map.of(),
                Duration.ofMinutes(1));
        Probe.KeyException refused = assertThrows(Probe.KeyException.class, () -> tokens.token(probe));
        assertTrue(refused.getMessage().contains("no key for RS256"), refused.getMessage());
        assertFalse(refused.getMessage().contains("not a key"));
    }
}
