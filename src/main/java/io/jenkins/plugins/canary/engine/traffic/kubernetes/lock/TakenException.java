package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** Another rollout has the target. */
public final class TakenException extends RouterException {
    private static final long serialVersionUID = 1L;

    TakenException(String message) {
        super(message, null, true);
    }
}
