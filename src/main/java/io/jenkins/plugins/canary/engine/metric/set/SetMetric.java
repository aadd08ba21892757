package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Arrays;
import java.util.Optional;

/** The metrics of the ready-made sets. What each is computed from is the exporter's matter. */
public enum SetMetric {
    /** Calls of the limiter's store that failed, in the window. */
    LIMITER_ERRORS("limiter-errors", Unit.COUNT, SetKind.LIMITER),
    /** How long the limiter's store takes: a quantile where the exporter has a histogram, else the mean. */
    LIMITER_LATENCY("limiter-latency", Unit.SECONDS, SetKind.LIMITER),
    /** Keys that the limiter's store evicted in the window: counts that were lost. */
    LIMITER_EVICTIONS("limiter-evictions", Unit.COUNT, SetKind.LIMITER),
    /** Connections in use, of those that there may be; the fullest pool where there are several. */
    POOL_USE("pool-use", Unit.RATIO, SetKind.POOL),
    /** Callers that wait for a connection. */
    POOL_WAITING("pool-waiting", Unit.COUNT, SetKind.POOL),
    /** Callers that waited in vain, in the window. */
    POOL_TIMEOUTS("pool-timeouts", Unit.COUNT, SetKind.POOL),
    /** CPU in use, of that which there may be. */
    CPU_USE("cpu-use", Unit.RATIO, SetKind.RESOURCES),
    /** Memory in use, of that which there may be; the fullest where there are several. */
    MEMORY_USE("memory-use", Unit.RATIO, SetKind.RESOURCES),
    /** Containers restarted in the window. */
    RESTARTS("restarts", Unit.COUNT, SetKind.RESOURCES),
    /** Calls of the dependency that failed. */
    AI_ERROR_RATE("ai-error-rate", Unit.RATIO, SetKind.AI),
    /** Calls that were answered by something else than the dependency. */
    AI_FALLBACK_RATE("ai-fallback-rate", Unit.RATIO, SetKind.AI),
    /** A quantile of how long the dependency takes. */
    AI_LATENCY("ai-latency", Unit.SECONDS, SetKind.AI),
    /** Tokens refused because they had been used, in the window. */
    JWT_REPLAYS("jwt-replays", Unit.COUNT, SetKind.SECURITY),
    /** Origins refused, in the window. */
    CORS_DENIED("cors-denied", Unit.COUNT, SetKind.SECURITY),
    /** Requests answered with 401 or 403, of all. */
    AUTH_FAILURE_RATE("auth-failure-rate", Unit.RATIO, SetKind.SECURITY);

    private final String word;
    private final Unit unit;
    private final SetKind kind;

    SetMetric(String word, Unit unit, SetKind kind) {
        this.word = word;
        this.unit = unit;
        this.kind = kind;
    }

    public String word() {
        return word;
    }

    public Unit unit() {
        return unit;
    }

    public SetKind kind() {
        return kind;
    }

    public static Optional<SetMetric> named(String word) {
        return Arrays.stream(values()).filter(m -> m.word.equals(word)).findFirst();
    }
}
