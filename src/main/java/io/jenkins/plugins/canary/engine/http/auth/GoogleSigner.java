package io.jenkins.plugins.canary.engine.http.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.RequestSigner;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;

/**
 * Signs in with the key of a Google service account: a JWT that the key has signed is exchanged for a token (RFC 7523), which
 * is used until shortly before it expires.
 */
final class GoogleSigner implements RequestSigner {

    private static final String SCOPE = "https://www.googleapis.com/auth/monitoring.read";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final int LARGEST_ANSWER = 64 << 10;
    /** What Google takes at most, in seconds. */
    private static final long ASSERTION = 3_600;
    /** Before the end of a token: what a request under way and a clock that is off may take. */
    private static final Duration SPARE = Duration.ofMinutes(2);

    private static final Duration LONGEST = Duration.ofHours(12);

    private final Account account;
    private final InstantSource clock;
    private Token token;

    /** @param keyId null when the key's file does not say */
    private record Account(String email, String keyId, PrivateKey key, URI tokens) {}

    private record Token(String text, Instant until) {}

    private GoogleSigner(Account account, InstantSource clock) {
        this.account = account;
        this.clock = clock;
    }

    /** @throws SecretMissing when the secret is missing, or is not a service account's key */
    static GoogleSigner open(Secrets.Ref key, Secrets secrets, InstantSource clock) throws SecretMissing {
        String text = key.text(secrets);
        try {
            JsonNode json = BoundedJson.MAPPER.readTree(text);
            String pem = json.path("private_key").asText();
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            return new GoogleSigner(
                    new Account(
                            json.required("client_email").asText(),
                            json.path("private_key_id").asText(null),
                            KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der)),
                            HttpCall.address(json.path("token_uri").asText("https://oauth2.googleapis.com/token"))),
                    clock);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException notAKey) {
            // The cause would quote what is in the secret.
            throw new SecretMissing(
                    "the secret " + key.shown() + " is not the key of a Google service account: make one"
                            + " with gcloud iam service-accounts keys create, and store its JSON");
        }
    }

    @Override
    public void sign(HttpCall call, HttpFetcher by, Deadline deadline) throws IOException {
        call.header("Authorization", "Bearer " + current(by, deadline));
    }

    private synchronized String current(HttpFetcher by, Deadline deadline) throws IOException {
        if (token == null || !clock.instant().isBefore(token.until())) {
            token = fetched(by, deadline);
        }
        return token.text();
    }

    private Token fetched(HttpFetcher by, Deadline deadline) throws IOException {
        String form = "grant_type=" + URLEncoder.encode(GRANT, StandardCharsets.UTF_8) + "&assertion=" + assertion();
        HttpAnswer answer;
        try {
            answer = HttpFetcher.await(by.send(
                    HttpCall.to(account.tokens())
                            .method("POST", form)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Accept", "application/json"),
                    LARGEST_ANSWER,
                    deadline));
        } catch (FetchException e) {
            throw new IOException(e.getMessage(), e);
        }
        String from = PlainText.address(account.tokens());
        JsonNode json = json(answer);
        if (answer.status() != 200) {
            String says =
                    json.path("error_description").asText(json.path("error").asText(""));
            throw new IOException(from + " gave no token for " + account.email() + " (status " + answer.status() + ")"
                    + (says.isEmpty() ? "" : ": " + answer.quote(says, 200)));
        }
        String text = json.path("access_token").asText();
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IOException(from + " answered without a token");
        }
        Duration life =
                Duration.ofSeconds(Math.max(0, Math.min(json.path("expires_in").asLong(0), LONGEST.toSeconds())));
        return new Token(text, clock.instant().plus(life).minus(SPARE));
    }

    private static JsonNode json(HttpAnswer answer) {
        try {
            return BoundedJson.MAPPER.readTree(answer.body());
        } catch (IOException notJson) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private String assertion() throws IOException {
        long now = clock.instant().getEpochSecond();
        var head = JsonNodeFactory.instance.objectNode().put("alg", "RS256").put("typ", "JWT");
        if (account.keyId() != null) {
            head.put("kid", account.keyId());
        }
        var claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", account.email())
                .put("scope", SCOPE)
                .put("aud", account.tokens().toString())
                .put("iat", now)
                .put("exp", now + ASSERTION);
        String message = encoded(head.toString().getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(claims.toString().getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(account.key());
            signature.update(message.getBytes(StandardCharsets.US_ASCII));
            return message + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException("the key of " + account.email() + " cannot sign", e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public synchronized String redact(String text) {
        return token == null ? text : text.replace(token.text(), "****");
    }
}
