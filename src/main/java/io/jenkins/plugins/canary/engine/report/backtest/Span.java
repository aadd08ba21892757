package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;

/**
 * The time that a backtest looks back at.
 *
 * @param start of the first step, a multiple of the step: a later call over nearly the same time finds the parts of this one
 */
public record Span(Instant start, int steps, Duration step) {

    /** @throws IllegalArgumentException for people, when it is too short or too long */
    public static Span of(Instant from, Instant to, Duration step, int mostSteps) {
        long steps = Duration.between(from, to).dividedBy(step);
        if (steps < 2 || steps > mostSteps) {
            throw new IllegalArgumentException("from " + from + " to " + to + " are " + steps + " steps of "
                    + Units.print(step) + ": at least 2 and at most " + mostSteps + " can be judged");
        }
        return new Span(
                Instant.ofEpochMilli(from.toEpochMilli() / step.toMillis() * step.toMillis()), (int) steps, step);
    }
}
