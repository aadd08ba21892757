package io.jenkins.plugins.canary.engine.judge;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which difference from stable is harm. */
public enum Direction {
    /** Higher than stable is bad: latency, errors. */
    INCREASE,
    /** Lower than stable is bad: successes, throughput. */
    DECREASE,
    EITHER;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean minds(Verdict side) {
        return side == Verdict.HIGH && this != DECREASE || side == Verdict.LOW && this != INCREASE;
    }

    /** The p-value against this alternative: of being above, of being below, or of either. */
    double pValue(double above, double below) {
        return switch (this) {
            case INCREASE -> above;
            case DECREASE -> below;
            case EITHER -> Math.min(1, 2 * Math.min(above, below));
        };
    }
}
