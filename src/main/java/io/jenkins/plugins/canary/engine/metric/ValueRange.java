package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.HashMap;
import java.util.Map;

/**
 * The values that a metric can have. A reading outside of them says that the query is wrong, not that the canary is good or
 * bad: it is UNAVAILABLE, with the likely cause.
 *
 * @param min lowest, in the metric's unit
 * @param max highest
 */
public record ValueRange(double min, double max) {

    /** More than this is no count of anything. It is far below where a double stops being exact. */
    public static final double LARGEST_COUNT = 1e15;

    private static final double LARGEST_RATE = 1e12;
    /** Three years; what is read as more is a point in time. */
    private static final double LONGEST_SECONDS = 1e8;
    /** A share of two counters that were extrapolated apart from each other may be this much above 100%. */
    private static final double ROUNDING = 0.05;

    /** Unless the plan says otherwise. */
    public static ValueRange of(Unit unit) {
        return switch (unit) {
            case RATIO -> new ValueRange(0, 1);
            case SECONDS -> new ValueRange(0, LONGEST_SECONDS);
            case PER_SECOND -> new ValueRange(0, LARGEST_RATE);
            case COUNT -> new ValueRange(0, LARGEST_COUNT);
        };
    }

    /** The reading, or why it cannot be one. */
    public Reading check(Unit unit, Reading reading) {
        if (!reading.ok()) {
            return reading;
        }
        return reading.parts().isEmpty() ? one(unit, reading) : each(unit, reading);
    }

    /** Of a reading that is broken down, one impossible value makes all of it doubtful. */
    private Reading each(Unit unit, Reading reading) {
        Map<String, Double> parts = new HashMap<>();
        for (Map.Entry<String, Double> part : reading.parts().entrySet()) {
            Reading checked = one(unit, new Reading(Reading.Status.OK, part.getValue(), ""));
            if (!checked.ok()) {
                return checked;
            }
            parts.put(part.getKey(), checked.value());
        }
        return new Reading(Reading.Status.OK, Double.NaN, reading.detail(), parts);
    }

    private Reading one(Unit unit, Reading reading) {
        double value = reading.value();
        double slack = unit == Unit.RATIO ? (max - min) * ROUNDING : 0;
        double least = unit == Unit.RATIO ? (max - min) * 1e-6 : 0;
        if (value >= min - least && value <= max + slack) {
            double within = Math.max(min, Math.min(max, value));
            return within == value ? reading : new Reading(Reading.Status.OK, within, reading.detail());
        }
        String range = Units.print(min, unit) + " to " + Units.print(max, unit);
        return Reading.unavailable("the value " + Units.print(value, Unit.COUNT) + " is outside of the metric's range, "
                + range + cause(unit, value));
    }

    private String cause(Unit unit, double value) {
        if (unit == Unit.RATIO && max == 1 && value > 1 && value <= 100) {
            return ": the query yields percent; divide by 100";
        }
        if (unit == Unit.SECONDS && value > max) {
            return ": the query yields a point in time or another unit; it has to yield seconds";
        }
        if (value < 0 && min == 0) {
            return ": a "
                    + switch (unit) {
                        case RATIO -> "share";
                        case SECONDS -> "duration";
                        case PER_SECOND -> "rate";
                        case COUNT -> "count";
                    }
                    + " is never negative; correct the query, or give a metric of the plan a 'range'";
        }
        return ": correct the query, or give a metric of the plan a 'range'";
    }
}
