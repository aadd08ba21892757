package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a metric's values are counted in; plans write thresholds in it, pages print values in it. */
public enum Unit {
    /** 0 to 1; written and printed as a percentage. */
    RATIO,
    /** Seconds; written and printed as a duration such as 250ms. */
    SECONDS,
    /** Events per second. */
    PER_SECOND,
    /** A count of things, or a number without a unit. */
    COUNT;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
