package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.Arrays;
import java.util.Optional;

/** The metrics that are read from {@code metrics.logs}. */
public enum LogMetric {
    /** Share of the lines that are errors. */
    ERROR_RATE("log-error-rate", Unit.RATIO),
    /** Share of the lines that are errors of a kind that stable has not logged. */
    NEW_ERROR_RATE("new-log-error-rate", Unit.RATIO),
    /** Lines in the window, errors or not. */
    LINES("log-lines", Unit.COUNT);

    private final String word;
    private final Unit unit;

    LogMetric(String word, Unit unit) {
        this.word = word;
        this.unit = unit;
    }

    public String word() {
        return word;
    }

    public Unit unit() {
        return unit;
    }

    /** What a check says beside its result: the templates of new errors, and that not all lines were read; "" for nothing. */
    public static String note(Metric metric, Reading ofCanary) {
        return named(metric.name()).isPresent() && ofCanary.ok() ? ofCanary.detail() : "";
    }

    public static Optional<LogMetric> named(String word) {
        return Arrays.stream(values()).filter(m -> m.word.equals(word)).findFirst();
    }
}
