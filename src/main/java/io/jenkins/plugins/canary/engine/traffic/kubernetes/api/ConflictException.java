package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** Somebody else changed the object between our reading and our writing; nothing was written. */
public final class ConflictException extends RouterException {
    private static final long serialVersionUID = 1L;

    ConflictException(String message) {
        super(message);
    }
}
