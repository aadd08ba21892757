package io.jenkins.plugins.canary.engine.http;

import java.time.Duration;

/**
 * The moment by which an exchange with a server, with all its attempts, is over.
 *
 * @param total the whole time allowed, for messages
 */
public record Deadline(long nanos, Duration total) {

    /** This long from now, by the machine's steady clock: a plan's virtual time does not make a network faster. */
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos(), time);
    }

    /** What is left, at least a millisecond. */
    public Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, nanos - System.nanoTime()));
    }
}
