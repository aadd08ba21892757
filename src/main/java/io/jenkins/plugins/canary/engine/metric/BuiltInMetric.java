package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The metrics that need no query of the plan's own. What each is computed from is said once, in
 * {@link io.jenkins.plugins.canary.engine.metric.expr.HttpMetrics}.
 */
public enum BuiltInMetric {
    /** Share of requests that are not errors. */
    SUCCESS_RATE("success-rate", Unit.RATIO),
    /** Share of requests that are errors, as {@link HttpNames#errors} counts them. */
    ERROR_RATE("error-rate", Unit.RATIO),
    /** Share of requests answered with 500 to 599, whatever else the plan counts as an error. */
    FIVE_XX_RATE("5xx-rate", Unit.RATIO),
    /** Share of requests answered with 429, without those of {@link HttpNames#testers}. */
    TOO_MANY_RATE("429-rate", Unit.RATIO),
    /** Errors in the window. */
    ERRORS("errors", Unit.COUNT),
    /** A quantile of the request durations. */
    LATENCY("latency", Unit.SECONDS),
    /**
     * Share of requests slower than a quantile of stable's own requests of the time before the window: a tail effect seen
     * as counts, which say more than a quantile does.
     */
    SLOW_RATE("slow-rate", Unit.RATIO),
    /** Requests per second. */
    REQUEST_RATE("request-rate", Unit.PER_SECOND),
    /** Requests in the window. */
    REQUESTS("requests", Unit.COUNT),
    /** This track's share of the requests of both tracks. */
    THROUGHPUT_SHARE("throughput-share", Unit.RATIO);

    private static final Map<String, BuiltInMetric> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(BuiltInMetric::word, m -> m));

    private final String word;
    private final Unit unit;

    BuiltInMetric(String word, Unit unit) {
        this.word = word;
        this.unit = unit;
    }

    public String word() {
        return word;
    }

    public Unit unit() {
        return unit;
    }

    public boolean needsQuantile() {
        return this == LATENCY || this == SLOW_RATE;
    }

    public static Optional<BuiltInMetric> named(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }
}
