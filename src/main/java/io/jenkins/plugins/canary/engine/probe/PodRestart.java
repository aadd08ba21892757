package io.jenkins.plugins.canary.engine.probe;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Restarts the canary's pods. */
@FunctionalInterface
public interface PodRestart {

    /**
     * @return completes when the new pods are ready; exceptionally, with a message for people, when that cannot be done
     *     or takes longer than {@code within}
     */
    CompletableFuture<Void> restart(PersistenceProbe.Restart how, Duration within);
}
