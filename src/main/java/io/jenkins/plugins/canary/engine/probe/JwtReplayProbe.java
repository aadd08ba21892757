package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a token can be used twice: the same one, with the same {@code jti}, is sent two times, and the second time must
 * be refused. Each run signs a token of its own.
 *
 * @param key what the tokens are signed with: a shared secret for HS256, a private key (PEM, PKCS#8) for the others
 * @param claims beside {@code jti}, {@code iat}, {@code nbf} and {@code exp}
 */
public record JwtReplayProbe(
        String name,
        Duration every,
        ProbeRequest probeRequest,
        Secrets.Ref key,
        TokenAlgorithm algorithm,
        Map<String, String> claims,
        Duration lifetime)
        implements Probe {

    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 409);

    public JwtReplayProbe {
        claims = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    }

    @Override
    public int requests() {
        return 2;
    }

    @Override
    public List<RequestBatch> batches(Tokens tokens) throws KeyException {
        ProbeRequest with = probeRequest.unsigned().with("Authorization", "Bearer " + tokens.token(this));
        return List.of(new RequestBatch(with, 2, 1, null, false));
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> batches) {
        ProbeResponse first = batches.get(0).get(0);
        ProbeResponse second = batches.get(0).get(1);
        String what = "a token is good for one use";
        if (!first.answered() || !second.answered()) {
            return List.of();
        }
        if (!first.is2xx()) {
            return List.of(ProbeFinding.unknown(
                    what,
                    "the token was refused the first time already, with " + first.status()
                            + ": are its key, algorithm and claims those that the service takes?"));
        }
        return List.of(ProbeFinding.of(
                REFUSALS.contains(second.status()),
                what,
                "the first use was answered with " + first.status() + " and the second with " + second.status()));
    }

    /** How a token is signed (RFC 7518, 3.1). */
    public enum TokenAlgorithm {
        HS256(null, null),
        RS256("RSA", "SHA256withRSA"),
        ES256("EC", "SHA256withECDSAinP1363Format");

        private final String family;
        private final String signature;

        TokenAlgorithm(String family, String signature) {
            this.family = family;
            this.signature = signature;
        }

        /** @throws GeneralSecurityException when the key is none of this kind */
        byte[] sign(byte[] text, String key) throws GeneralSecurityException {
            if (family == null) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                return mac.doFinal(text);
            }
            String base64 = key.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            byte[] der;
            try {
                der = Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException("it is not PEM", e);
            }
            Signature signer = Signature.getInstance(signature);
            signer.initSign(KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(der)));
            signer.update(text);
            return signer.sign();
        }
    }

    /** Signs JSON Web Tokens (RFC 7519), each with a {@code jti} of its own. */
    record Tokens(Secrets secrets, InstantSource clock) {

        private static final ObjectMapper JSON = new ObjectMapper();
        private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

        /** A signed token with the probe's claims and an id of its own. */
        String token(JwtReplayProbe probe) throws KeyException {
            long now = clock.instant().getEpochSecond();
            Map<String, Object> claims = new LinkedHashMap<>(probe.claims());
            claims.put("jti", UUID.randomUUID().toString());
            claims.put("iat", now);
            claims.put("nbf", now);
            claims.put("exp", now + probe.lifetime().toSeconds());
            try {
                String text = part(Map.of("alg", probe.algorithm().name(), "typ", "JWT")) + "." + part(claims);
                byte[] signature = probe.algorithm()
                        .sign(
                                text.getBytes(StandardCharsets.US_ASCII),
                                probe.key().text(secrets));
                return text + "." + BASE64.encodeToString(signature);
            } catch (Secrets.SecretMissing e) {
                throw new KeyException(e.getMessage(), e);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // What such an exception says may quote the key; an empty key is an illegal argument.
                throw new KeyException(
                        "the key of probe " + probe.name() + " is no key for "
                                + probe.algorithm()
                                + (probe.algorithm() == TokenAlgorithm.HS256
                                        ? ""
                                        : ": write a private key, PEM of PKCS#8 (BEGIN PRIVATE KEY)"),
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
}
