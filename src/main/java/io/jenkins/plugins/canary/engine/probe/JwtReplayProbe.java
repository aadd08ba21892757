package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Secrets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a token can be used twice: the same one, with the same {@code jti}, is sent two times, and the second time must
 * be refused. Each run signs a token of its own.
 *
 * @param key what the tokens are signed with: a shared secret for HS256, a private key (PEM, PKCS#8) for the others
 * @param claims beside {@code jti}, {@code iat}, {@code nbf} and {@code exp}
 * @param lifetime until a token expires
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
    public List<RequestBatch> batches(TokenKeys keys) throws KeyException {
        ProbeRequest with = probeRequest.unsigned().with("Authorization", "Bearer " + keys.token(this));
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
}
