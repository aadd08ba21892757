package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;

/**
 * The keys that each part of a plan may have. The reader reports every other key; the JSON Schema is held against this
 * table by a test. The keys of a traffic driver are the driver's own.
 */
enum Section {
    PLAN(
            "$schema",
            "name",
            "target",
            "traffic",
            "metrics",
            "probes",
            "phases",
            "weights",
            "gate",
            "score",
            "abort",
            "cap",
            "checklists",
            "onBuildEnd",
            "shiftTimeout",
            "progressDeadline",
            "watch",
            "notify",
            "preflight"),
    TARGET("namespace", "deployment"),
    METRICS("prometheus", "scrape", "maxAge", "window", "labels", "http", "sets", "custom"),
    PROMETHEUS("url", "server", "interval", "scrapeInterval", "timeout", "auth", "tenant"),
    SCRAPE("canary", "stable", "interval", "scrapeInterval", "timeout", "auth"),
    AUTH("bearer", "username", "password", "keyStore", "keyStorePassword", "trustStore", "trustStorePassword"),
    LABELS("canary", "stable"),
    HTTP("requests", "status", "errors", "duration", "durationUnit", "testers"),
    SETS("http", "limiter", "pool", "resources", "ai", "security"),
    SET("exporter", "labels", "where"),
    CUSTOM("query", "json", "unit", "range"),
    RANGE("min", "max"),
    JSON("url", "path", "time", "headers", "auth"),
    PHASE("name", "weight", "hold", "deadline", "gate", "approval", "load"),
    APPROVAL("by", "timeout", "requireComment"),
    CRITERION(
            "probe",
            "metric",
            "quantile",
            "min",
            "max",
            "versusStable",
            "trend",
            "minRequests",
            "onNoData",
            "noDataDeadline",
            "window",
            "groups",
            "critical",
            "mustHaveData"),
    SCORE("pass", "marginal", "groups"),
    TREND("tolerance", "confidence", "direction", "over"),
    VERSUS_STABLE(
            "maxIncrease",
            "maxDecrease",
            "test",
            "tolerance",
            "confidence",
            "direction",
            "floor",
            "allowance",
            "nan",
            "outliers",
            "outlierFactor",
            "effect"),
    EFFECT("measure", "increase", "decrease"),
    ABORT(
            "probe",
            "metric",
            "quantile",
            "min",
            "max",
            "versusStable",
            "trend",
            "minRequests",
            "onNoData",
            "noDataDeadline",
            "window",
            "for",
            "consecutiveFailures"),
    WEIGHTS("dynamic"),
    DYNAMIC("max", "latencyThreshold", "errorThreshold", "quantile", "deadband", "maxRise", "every"),
    CAP("weight", "until"),
    PROBES("allow", "canary", "stable", "auth", "limits", "run"),
    PROBE_ENTRY("url", "headers"),
    PROBE_LIMITS("requests", "rps", "time"),
    PROBE("http", "rateLimit", "persistence", "cors", "jwtReplay", "every"),
    HTTP_PROBE("path", "method", "headers", "body", "requests", "concurrency", "rps", "expect"),
    EXPECT("status", "headers", "latency", "json", "rateLimitHeaders"),
    JSON_EXPECT("path", "equals", "min", "max"),
    RATE_LIMIT("path", "method", "headers", "body", "limit", "requests", "concurrency", "rateLimitHeaders"),
    PERSISTENCE("path", "method", "headers", "body", "requests", "rateLimitHeaders", "restart"),
    RESTART("deployment", "namespace", "cluster", "within"),
    CORS("path", "method", "headers", "body", "foreign", "allowed"),
    JWT_REPLAY("path", "method", "headers", "body", "key", "algorithm", "claims", "lifetime"),
    LOAD("rps", "path", "tracks"),
    CHECKLIST("when", "items"),
    ITEM(
            "item",
            "probe",
            "metric",
            "quantile",
            "min",
            "max",
            "versusStable",
            "trend",
            "minRequests",
            "onNoData",
            "noDataDeadline",
            "window"),
    WATCH("for", "track", "criteria", "abort", "onBreach"),
    NOTIFY("to", "url", "secret", "events"),
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
    YamlObject at(YamlNode node) {
        return node.object().only(keys.toArray(String[]::new));
    }
}
