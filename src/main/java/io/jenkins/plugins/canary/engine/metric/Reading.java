package io.jenkins.plugins.canary.engine.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.PlainText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a source said about one metric of one track at one tick.
 *
 * @param value in the metric's unit (ratio 0..1, seconds, requests per second, count); NaN unless {@link Status#OK}
 * @param detail for people: why there is no value, or a warning that came with it; "" when there is nothing to say
 * @param parts for a query that is broken down by a label: the value for each value of the label, {@code ""} for requests
 *     without it; for one of the past: the value for each window. {@code value} is NaN then
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Reading(Status status, double value, String detail, Map<String, Double> parts) {

    /** A label with more values than this is not read. */
    public static final int MOST_PARTS = 1_000;

    public enum Status {
        OK,
        /** The source answered, and there is nothing to judge: empty vector, NaN, samples that are too old. */
        NO_DATA,
        /** The source did not answer, or not with an answer. */
        UNAVAILABLE
    }

    public Reading {
        detail = detail == null ? "" : PlainText.line(detail);
        parts = parts == null ? Map.of() : Map.copyOf(parts);
    }

    /** One number, or the reason why there is none. */
    public Reading(Status status, double value, String detail) {
        this(status, value, detail, null);
    }

    /** OK for a finite value; NO_DATA for NaN, which is a share of nothing; UNAVAILABLE for infinities, which nothing has. */
    public static Reading of(double value) {
        if (Double.isNaN(value)) {
            return noData("the value is not a number");
        }
        return Double.isInfinite(value) ? unavailable("the value is infinite") : new Reading(Status.OK, value, "");
    }

    /** The values by the values of a label; those that are not numbers are shares of nothing, and left out. */
    public static Reading of(String label, Map<String, Double> parts) {
        Map<String, Double> known = new HashMap<>(parts);
        known.values().removeIf(v -> Double.isNaN(v));
        if (known.isEmpty()) {
            return noData("no requests");
        }
        if (known.keySet().equals(Set.of(""))) {
            return noData("no series has the label '" + label + "'");
        }
        if (known.size() > MOST_PARTS) {
            return unavailable("the label '" + label + "' has " + known.size() + " values, and at most " + MOST_PARTS
                    + " are read: use a label with fewer values, such as the route's template instead of the path");
        }
        return known.values().stream().anyMatch(v -> Double.isInfinite(v))
                ? unavailable("a value is infinite")
                : new Reading(Status.OK, Double.NaN, "", known);
    }

    public static Reading noData(String why) {
        return new Reading(Status.NO_DATA, Double.NaN, why);
    }

    public static Reading unavailable(String why) {
        return new Reading(Status.UNAVAILABLE, Double.NaN, why);
    }

    public boolean ok() {
        return status == Status.OK;
    }

    public Reading withDetail(String newDetail) {
        return new Reading(status, value, newDetail, parts);
    }

    /** The same, with more to say behind what it says. */
    public Reading and(List<String> notes) {
        List<String> all = new ArrayList<>(notes);
        all.add(0, detail);
        all.removeIf(String::isEmpty);
        return withDetail(String.join("; ", all));
    }
}
