package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The secrets of one source: puts them into requests, and keeps them out of messages. */
public final class Credentials {

    public static final Credentials NONE = new Credentials(null, List.of());

    /** Fewer characters of a secret than this give nothing away. */
    private static final int LEAST_TOLD = 4;

    private final String authorization;
    private final List<String> hidden;

    private Credentials(String authorization, List<String> hidden) {
        this.authorization = authorization;
        this.hidden = hidden;
    }

    /** @throws SecretMissing when a secret is missing or cannot be sent in a header */
    public static Credentials open(Auth auth, Secrets secrets) throws SecretMissing {
        if (auth.bearer() != null) {
            String token = auth.bearer().text(secrets).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new SecretMissing(
                        "the bearer token " + auth.bearer().shown() + " is empty or has characters that no token has");
            }
            return new Credentials("Bearer " + token, List.of(token));
        }
        if (auth.username() != null) {
            String password = auth.password() == null ? "" : auth.password().text(secrets);
            String pair = Base64.getEncoder()
                    .encodeToString((auth.username() + ":" + password).getBytes(StandardCharsets.UTF_8));
            return new Credentials("Basic " + pair, password.isEmpty() ? List.of(pair) : List.of(pair, password));
        }
        return NONE;
    }

    public HttpCall sign(HttpCall request) {
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    /** The text without the secrets, should a server have sent them back; nor with the beginning of one that was cut. */
    public String redact(String text) {
        String clean = text;
        for (String secret : hidden) {
            clean = clean.replace(secret, "****");
            for (int n = secret.length() - 1; n >= LEAST_TOLD && clean.contains(PlainText.CUT); n--) {
                clean = clean.replace(secret.substring(0, n) + PlainText.CUT, "****" + PlainText.CUT);
            }
        }
        return clean;
    }
}
