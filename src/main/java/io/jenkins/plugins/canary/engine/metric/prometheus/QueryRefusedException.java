package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.metric.MetricException;

/** The server answered, and what it says may be about this query alone: another one may be answered. */
final class QueryRefusedException extends MetricException {
    private static final long serialVersionUID = 1L;

    QueryRefusedException(String message) {
        super(message);
    }
}
