package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** The cluster knows no objects of that kind, or not in that version. */
public final class UnknownKindException extends RouterException {
    private static final long serialVersionUID = 1L;

    UnknownKindException(String message) {
        super(message);
    }

    @Override
    public boolean permanent() {
        return true;
    }
}
