package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.RequestSigner;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The secrets of one source: puts them into requests, and keeps them out of messages. */
public final class Credentials {

    public static final Credentials NONE = new Credentials(Map.of(), List.of(), null);

    /** Fewer characters of a secret than this give nothing away. */
    private static final int LEAST_TOLD = 4;

    private final Map<String, String> headers;
    private final List<String> hidden;
    private final RequestSigner signer;

    /** @param signer null when headers are enough */
    private Credentials(Map<String, String> headers, List<String> hidden, RequestSigner signer) {
        this.headers = headers;
        this.hidden = hidden;
        this.signer = signer;
    }

    private static Credentials authorization(String value, List<String> hidden) {
        return new Credentials(Map.of("Authorization", value), hidden, null);
    }

    /** @throws SecretMissing when a secret is missing or cannot be sent in a header */
    public static Credentials open(Auth auth, Secrets secrets) throws SecretMissing {
        if (auth.bearer() != null) {
            String token = auth.bearer().text(secrets).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new SecretMissing(
                        "the bearer token " + auth.bearer().shown() + " is empty or has characters that no token has");
            }
            return authorization("Bearer " + token, List.of(token));
        }
        if (auth.username() != null) {
            String password = auth.password() == null ? "" : auth.password().text(secrets);
            String pair = Base64.getEncoder()
                    .encodeToString((auth.username() + ":" + password).getBytes(StandardCharsets.UTF_8));
            return authorization("Basic " + pair, password.isEmpty() ? List.of(pair) : List.of(pair, password));
        }
        return auth.cloud() == null ? NONE : new Credentials(Map.of(), List.of(), signer(auth.cloud(), secrets));
    }

    private static RequestSigner signer(CloudAuth cloud, Secrets secrets) throws SecretMissing {
        if (cloud instanceof CloudAuth.Google google) {
            // The server holds a signature against the world's clock, whatever time the rollout lives in.
            return GoogleSigner.open(google.key(), secrets, InstantSource.system());
        }
        try {
            return AwsSigner.open((CloudAuth.Aws) cloud, secrets);
        } catch (NoClassDefFoundError notInstalled) {
            throw new SecretMissing("auth.aws needs the Jenkins plugin aws-java-sdk2-elasticloadbalancingv2, which is"
                    + " not installed");
        }
    }

    /**
     * These, and a header that carries a secret of its own.
     *
     * @param prefix what stands in front of the secret, such as {@code "Api-Token "}; "" for nothing
     * @throws SecretMissing when the secret is missing or cannot be sent in a header
     */
    public Credentials and(String header, String prefix, Secrets.Ref secret, Secrets secrets) throws SecretMissing {
        String text = secret.text(secrets).strip();
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new SecretMissing("the secret " + secret.shown() + " of the header " + header
                    + " is empty or has characters that no header can carry");
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, prefix + text);
        List<String> all = new ArrayList<>(hidden);
        all.add(text);
        return new Credentials(Map.copyOf(more), List.copyOf(all), signer);
    }

    public HttpCall sign(HttpCall request) {
        headers.forEach(request::header);
        return signer == null ? request : request.signedBy(signer);
    }

    /** The text without the secrets, should a server have sent them back; nor with the beginning of one that was cut. */
    public String redact(String text) {
        String clean = signer == null ? text : signer.redact(text);
        for (String secret : hidden) {
            clean = clean.replace(secret, "****");
            for (int n = secret.length() - 1; n >= LEAST_TOLD && clean.contains(PlainText.CUT); n--) {
                clean = clean.replace(secret.substring(0, n) + PlainText.CUT, "****" + PlainText.CUT);
            }
        }
        return clean;
    }
}
