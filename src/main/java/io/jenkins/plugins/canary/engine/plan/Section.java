package io.jenkins.plugins.canary.engine.plan;

import java.util.List;

/**
 * The keys that each part of a plan may have. The reader reports every other key; the JSON Schema is held against this
 * table by a test. The keys of a traffic driver are the driver's own.
 */
enum Section {
    PLAN("$schema", "name", "target", "traffic", "metrics", "phases", "weights", "gate", "abort", "cap", "checklists",
            "onBuildEnd", "shiftTimeout", "progressDeadline", "preflight"),
    TARGET("namespace", "deployment"),
    METRICS("prometheus", "scrape", "window", "labels", "http", "custom"),
    PROMETHEUS("url", "server", "interval", "scrapeInterval", "timeout", "auth", "tenant"),
    SCRAPE("canary", "stable", "interval", "scrapeInterval", "timeout", "auth"),
    AUTH("bearer", "username", "password", "keyStore", "keyStorePassword", "trustStore", "trustStorePassword"),
    LABELS("canary", "stable"),
    HTTP("requests", "status", "errors", "duration", "durationUnit"),
    CUSTOM("query", "json", "unit"),
    JSON("url", "path", "headers", "auth"),
    PHASE("name", "weight", "hold", "deadline", "gate", "approval"),
    APPROVAL("by", "timeout", "requireComment"),
    CRITERION("metric", "quantile", "min", "max", "versusStable", "minRequests", "onNoData", "noDataDeadline",
            "window"),
    VERSUS_STABLE("maxIncrease", "maxDecrease", "test", "tolerance", "confidence", "direction", "floor"),
    ABORT("metric", "quantile", "min", "max", "versusStable", "minRequests", "onNoData", "noDataDeadline", "window",
            "for", "consecutiveFailures"),
    WEIGHTS("dynamic"),
    DYNAMIC("max", "latencyThreshold", "errorThreshold", "quantile", "deadband", "maxRise", "every"),
    CAP("weight", "until"),
    PREFLIGHT("checks", "fix", "drainTimeout", "database"),
    DATABASE("maxConnections", "pool");

    private final List<String> keys;

    Section(String... keys) {
        this.keys = List.of(keys);
    }

    List<String> keys() {
        return keys;
    }

    /** The keys and values at a place that is this section; every key that does not belong is reported. */
    PlanObject at(PlanNode node) {
        return node.object().only(keys.toArray(String[]::new));
    }
}
