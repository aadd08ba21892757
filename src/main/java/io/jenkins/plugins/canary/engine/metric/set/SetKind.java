package io.jenkins.plugins.canary.engine.metric.set;

import java.util.Locale;

/** What a metric set is about. */
public enum SetKind {
    /** Rate, errors and duration of the service's requests: the names behind the built-in metrics. */
    HTTP,
    /** The store that a rate limiter keeps its counts in. */
    LIMITER,
    /** The pool of connections to the database. */
    POOL,
    RESOURCES,
    /** Calls of a model or another service whose answers can be replaced by something simpler. */
    AI,
    /** What was kept out. */
    SECURITY;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
