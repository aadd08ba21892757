package io.jenkins.plugins.canary.engine.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

    /**
     * The answer, or a {@link TimeoutException} when this is over before. What hangs on it may run on the timer's thread, and
     * must take no time.
     */
    public <T> CompletableFuture<T> end(CompletableFuture<T> answer) {
        CompletableFuture<T> bounded = answer.copy();
        Future<?> timeUp = HttpThreads.TIMER.schedule(
                () -> bounded.completeExceptionally(new TimeoutException()), left().toNanos(), TimeUnit.NANOSECONDS);
        bounded.whenComplete((done, fault) -> timeUp.cancel(false));
        return bounded;
    }

    /** What is left, at least a millisecond. */
    public Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, nanos - System.nanoTime()));
    }
}
