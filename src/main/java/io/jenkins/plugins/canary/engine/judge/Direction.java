package io.jenkins.plugins.canary.engine.judge;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which difference from stable is harm. */
public enum Direction {
    /** Higher than stable is bad: latency, errors. */
    INCREASE,
    /** Lower than stable is bad: successes, throughput. */
    DECREASE,
    /** Any difference is bad. */
    EITHER;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean minds(Verdict side) {
        return side == Verdict.HIGH && this != DECREASE || side == Verdict.LOW && this != INCREASE;
    }
}
