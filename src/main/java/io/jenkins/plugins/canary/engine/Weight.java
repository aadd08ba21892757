package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * The percentage of requests that the canary gets, exact to a tenth of a percent.
 *
 * @param tenths tenths of a percent, 0 to 1000
 */
public record Weight(int tenths) implements Comparable<Weight> {

    public static final Weight ZERO = new Weight(0);
    public static final Weight FULL = new Weight(1000);

    public Weight {
        if (tenths < 0 || tenths > 1000) {
            throw new IllegalArgumentException("a weight is between 0% and 100%, not " + tenths / 10.0 + "%");
        }
    }

    /**
     * @param percent 0 to 100; rounded half up to a tenth
     * @throws IllegalArgumentException when outside 0 to 100, or not a number
     */
    @JsonCreator
    public static Weight ofPercent(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("a weight is a number between 0 and 100, not " + percent);
        }
        return new Weight(BigDecimal.valueOf(percent)
                .movePointRight(1)
                .setScale(0, RoundingMode.HALF_UP)
                .intValue());
    }

    /** The weight of a percentage; empty when that is not between 0 and 100, or not a whole number of tenths. */
    public static Optional<Weight> exactly(double percent) {
        boolean tenths = Math.abs(percent * 10 - Math.rint(percent * 10)) < 1e-9;
        return tenths && percent >= 0 && percent <= 100 ? Optional.of(ofPercent(percent)) : Optional.empty();
    }

    @JsonValue
    public double percent() {
        return tenths / 10.0;
    }

    /** The share of requests, 0 to 1. */
    public double share() {
        return tenths / 1000.0;
    }

    public boolean isZero() {
        return tenths == 0;
    }

    public Weight min(Weight other) {
        return compareTo(other) <= 0 ? this : other;
    }

    @Override
    public int compareTo(Weight other) {
        return Integer.compare(tenths, other.tenths);
    }

    /** As people write it: {@code 5%}, {@code 12.5%}. */
    @Override
    public String toString() {
        return (tenths % 10 == 0 ? String.valueOf(tenths / 10) : tenths / 10 + "." + tenths % 10) + "%";
    }
}
