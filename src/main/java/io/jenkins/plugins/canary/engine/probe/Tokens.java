package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Signs JSON Web Tokens (RFC 7519), each with a {@code jti} of its own. */
final class Tokens implements Probe.TokenKeys {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Secrets secrets;
    private final InstantSource clock;

    Tokens(Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String token(JwtReplayProbe probe) throws Probe.KeyException {
        long now = clock.instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>(probe.claims());
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("iat", now);
        claims.put("nbf", now);
        claims.put("exp", now + probe.lifetime().toSeconds());
        try {
            String text = part(Map.of("alg", probe.algorithm().name(), "typ", "JWT")) + "." + part(claims);
            byte[] signature = probe.algorithm()
                    .sign(text.getBytes(StandardCharsets.US_ASCII), probe.key().text(secrets));
            return text + "." + BASE64.encodeToString(signature);
        } catch (Secrets.SecretMissing e) {
            throw new Probe.KeyException(e.getMessage(), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // What such an exception says may quote the key; an empty key is an illegal argument.
            throw new Probe.KeyException(
                    "the key of probe " + probe.name() + " is no key for "
                            + probe.algorithm()
                            + (probe.algorithm() == TokenAlgorithm.HS256
                                    ? ""
                                    : ": write a private key, PEM" + " of PKCS#8 (BEGIN PRIVATE KEY)"),
                    e);
        }
    }

    private static String part(Map<String, Object> json) {
        try {
            return BASE64.encodeToString(JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("claims that cannot be written", e);
        }
    }
}
