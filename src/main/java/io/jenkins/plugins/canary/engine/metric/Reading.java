package io.jenkins.plugins.canary.engine.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.PlainText;
import java.util.ArrayList;
import java.util.List;

/**
 * What a source said about one metric of one track at one tick.
 *
 * @param value in the metric's unit (ratio 0..1, seconds, requests per second, count); NaN unless {@link Status#OK}
 * @param detail for people: why there is no value, or a warning that came with it; "" when there is nothing to say
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Reading(Status status, double value, String detail) {

    public enum Status {
        OK,
        /** The source answered, and there is nothing to judge: empty vector, NaN, samples that are too old. */
        NO_DATA,
        /** The source did not answer, or not with an answer. */
        UNAVAILABLE
    }

    public Reading {
        detail = detail == null ? "" : PlainText.line(detail);
    }

    /** OK for a finite value; NO_DATA for NaN, which is a share of nothing; UNAVAILABLE for infinities, which nothing has. */
    public static Reading of(double value) {
        if (Double.isNaN(value)) {
            return noData("the value is not a number");
        }
        return Double.isInfinite(value) ? unavailable("the value is infinite") : new Reading(Status.OK, value, "");
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
        return new Reading(status, value, newDetail);
    }

    /** The same, with more to say behind what it says. */
    public Reading and(List<String> notes) {
        List<String> all = new ArrayList<>(notes);
        all.add(0, detail);
        all.removeIf(String::isEmpty);
        return withDetail(String.join("; ", all));
    }
}
