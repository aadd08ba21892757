package io.jenkins.plugins.canary.engine.http;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The hosts that one user of the layer was asked to leave alone for a while. Any thread. */
public final class RetryAfter {

    /** A host that asks for longer is asked again after this. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Map<String, Instant> until = new ConcurrentHashMap<>();

    /** Why an address is not asked now, for people; empty when it may be. */
    public Optional<String> reason(URI address, Instant now) {
        String host = address.getAuthority();
        return Optional.ofNullable(until.get(host))
                .filter(now::isBefore)
                .map(then -> host + " was asked too often, and is asked again at " + then);
    }

    /** Remembers what an answer with status 429 or 503 asks for. */
    public void heed(HttpAnswer answer, Instant now) {
        if (answer.status() == 429 || answer.status() == 503) {
            answer.retryAfter()
                    .ifPresent(seconds -> until.put(
                            answer.from().getAuthority(), now.plusSeconds(Math.min(seconds, LONGEST.toSeconds()))));
        }
    }
}
