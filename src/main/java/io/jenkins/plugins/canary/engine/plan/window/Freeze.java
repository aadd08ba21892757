package io.jenkins.plugins.canary.engine.plan.window;

import java.time.Instant;

/**
 * A time in which the weight does not rise.
 *
 * @param to the first moment after it
 * @param reason for people, one line; null when none was given
 */
public record Freeze(Instant from, Instant to, String reason) {

    boolean contains(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** Whether some of it lies in a span of time. */
    boolean touches(Instant begin, Instant end) {
        return from.isBefore(end) && to.isAfter(begin);
    }
}
