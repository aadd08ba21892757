package io.jenkins.plugins.canary.engine.metric.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.CloudAuth;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Google Cloud Monitoring's PromQL with a service account: the exchange of RFC 7523 with a token server on loopback. */
class GoogleMonitoringTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/v1/projects/shop/location/global/prometheus";

    private static KeyPair keys;

    @BeforeAll
    static void generate() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        keys = generator.generateKeyPair();
    }

    private static String account(URI tokens) {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        return JSON.valueToTree(Map.of(
                        "type", "service_account",
                        "client_email", "canary@shop.iam.gserviceaccount.com",
                        "private_key_id", "k1",
                        "private_key", pem,
                        "token_uri", tokens + "/token"))
                .toString();
    }

    private static MetricSource open(URI monitoring, String account) throws MetricException {
        Auth auth = new Auth(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new CloudAuth.Google(new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "GOOGLE_KEY")));
        return new MetricSources()
                .open(
                        SampleMetrics.metrics(
                                new SourceSettings.Prometheus(monitoring + PATH, null, auth, 10_000),
                                SampleMetrics.promQl("m", "up")),
                        SampleMetrics.context(ref -> account));
    }

    private static Reading read(MetricSource source) {
        return SampleMetrics.read(source, SampleMetrics.query("m", Track.CANARY), Instant.now());
    }

    private static RawServer monitoring() throws Exception {
        return RawServer.json("{\"status\": \"success\", \"data\": {\"resultType\": \"vector\", \"result\":"
                + " [{\"metric\": {}, \"value\": [" + Instant.now().getEpochSecond() + ", \"7\"]}]}}");
    }

    private static RawServer tokens(int seconds) throws Exception {
        return RawServer.json(
                "{\"access_token\": \"ya29.token\", \"expires_in\": " + seconds + ", \"token_type\": \"Bearer\"}");
    }

    @Test
    void aSignedAssertionIsExchangedForATokenThatIsKept() throws Exception {
        try (RawServer tokens = tokens(3_599);
                RawServer monitoring = monitoring()) {
            MetricSource source = open(monitoring.uri(), account(tokens.uri()));
            assertEquals(Reading.of(7), read(source));
            assertEquals(Reading.of(7), read(source));
            String asked = monitoring.requests().get(0);
            assertTrue(asked.startsWith("GET " + PATH + "/api/v1/query?query=up&time="), asked);
            assertTrue(asked.contains("Authorization: Bearer ya29.token"), asked);
            assertFalse(asked.contains("partial_response"), asked);
            assertFalse(asked.contains("lookback"), asked);
            assertEquals(1, tokens.requests().size(), "the token is kept");
            assertAssertion(tokens.requests().get(0), tokens.uri() + "/token");
        }
    }

    private static void assertAssertion(String request, String audience) throws Exception {
        assertTrue(request.startsWith("POST /token HTTP/1.1"), request);
        String form = request.substring(request.indexOf("\r\n\r\n") + 4);
        String prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
        assertTrue(form.startsWith(prefix), form);
        String[] jwt = form.substring(prefix.length()).split("\\.");
        assertEquals(
                "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}",
                new String(Base64.getUrlDecoder().decode(jwt[0]), StandardCharsets.UTF_8));
        JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(jwt[1]));
        assertEquals("canary@shop.iam.gserviceaccount.com", claims.path("iss").asText());
        assertEquals(audience, claims.path("aud").asText());
        assertEquals(
                "https://www.googleapis.com/auth/monitoring.read",
                claims.path("scope").asText());
        assertEquals(3_600, claims.path("exp").asLong() - claims.path("iat").asLong());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(keys.getPublic());
        signature.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
        assertTrue(signature.verify(Base64.getUrlDecoder().decode(jwt[2])));
    }

    @Test
    void aTokenThatEndsSoonIsAskedForAgain() throws Exception {
        try (RawServer tokens = tokens(60);
                RawServer monitoring = monitoring()) {
            MetricSource source = open(monitoring.uri(), account(tokens.uri()));
            assertEquals(Reading.of(7), read(source));
            assertEquals(Reading.of(7), read(source));
            assertEquals(2, tokens.requests().size());
        }
    }

    @Test
    void withoutATokenNothingIsAsked() throws Exception {
        try (RawServer tokens = RawServer.of(
                        "400 Bad\nContent-Type: application/json",
                        "{\"error\": \"invalid_grant\", \"error_description\": \"Invalid JWT Signature.\"}");
                RawServer monitoring = monitoring()) {
            Reading reading = read(open(monitoring.uri(), account(tokens.uri())));
            assertEquals(Reading.Status.UNAVAILABLE, reading.status());
            assertTrue(reading.detail().contains("gave no token for canary@shop"), reading.detail());
            assertTrue(reading.detail().contains("Invalid JWT Signature."), reading.detail());
            assertEquals(0, monitoring.requests().size());
        }
    }

    @Test
    void theTokenIsNotShown() throws Exception {
        try (RawServer tokens = tokens(3_599);
                RawServer monitoring = RawServer.of(
                        "400 Bad\nContent-Type: application/json",
                        "{\"status\": \"error\", \"errorType\": \"bad_data\", \"error\": \"ya29.token is bad\"}")) {
            Reading reading = read(open(monitoring.uri(), account(tokens.uri())));
            assertEquals(Reading.Status.UNAVAILABLE, reading.status());
            assertTrue(reading.detail().contains("**** is bad"), reading.detail());
        }
    }

    @Test
    void aKeyThatIsNoneIsSaidAtOnceAndNotShown() {
        for (String key : new String[] {"hush", "{}", "{\"client_email\": \"a\", \"private_key\": \"hush\"}", "[1]"}) {
            String says = assertThrows(MetricException.class, () -> open(URI.create("http://127.0.0.1:1"), key))
                    .getMessage();
            assertTrue(says.contains("env:GOOGLE_KEY is not the key of a Google service account"), says);
            assertFalse(says.contains("hush"), says);
        }
    }
}
