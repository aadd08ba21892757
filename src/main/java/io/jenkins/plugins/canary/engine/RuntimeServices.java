package io.jenkins.plugins.canary.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * Time, threads and randomness, injected: live in Jenkins and on the command line, virtual in the simulation. With
 * these and a deterministic source and router a rollout is reproducible to the last event.
 */
public interface RuntimeServices extends InstantSource {

    /** Milliseconds since the epoch. */
    long now();

    @Override
    default Instant instant() {
        return Instant.ofEpochMilli(now());
    }

    /** Runs a short task on {@link #decisions} at a time, or at once when that has passed. */
    void at(long millis, Runnable task);

    /**
     * Runs a short task again and again, a time after it has ended, whatever it throws, for as long as these services run.
     */
    default void every(long millis, Runnable task) {
        at(now() + millis, () -> {
            try {
                task.run();
            } finally {
                every(millis, task);
            }
        });
    }

    /** For decisions and folds: never blocks. */
    Executor decisions();

    /** For calls of routers: may block on the network. */
    Executor routerCalls();

    /** Uniform in [0, 1). */
    double random();
}
