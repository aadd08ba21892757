package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import java.time.Duration;
import java.util.List;

/**
 * A question that is answered by sending requests: what is sent, and what the answers come to. Pure; {@link Prober} does
 * the sending.
 */
public sealed interface Probe permits HttpProbe, RateLimitProbe, PersistenceProbe, CorsProbe, JwtReplayProbe {

    /** How often a gate asks it anew, unless the plan says otherwise. */
    Duration EVERY = Duration.ofMinutes(5);

    /** Its name in the plan. */
    String name();

    /** In a phase whose gate needs it, a result older than this is replaced by a new one. */
    Duration every();

    /** How many requests it sends at most. */
    int requests();

    /**
     * The batches, one after the other.
     *
     * @param tokens signs with the plan's keys
     * @throws KeyException when a key is missing or no key
     */
    List<RequestBatch> batches(JwtReplayProbe.Tokens tokens) throws KeyException;

    /**
     * What the answers come to.
     *
     * @param batches the responses of each batch, in the order in which they were due; every batch was fired
     */
    List<ProbeFinding> judge(List<List<ProbeResponse>> batches);

    /** What is wrong with a body, in one sentence; null when nothing is, or nobody asks. */
    default String bodyFault(HttpAnswer answer) {
        return null;
    }

    /** Whether headers of this name are looked at; others are not kept. */
    default boolean looksAt(String header) {
        return false;
    }

    /** A key cannot be had or used. The message is for people and holds no secret. */
    final class KeyException extends Exception {
        private static final long serialVersionUID = 1L;

        public KeyException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
