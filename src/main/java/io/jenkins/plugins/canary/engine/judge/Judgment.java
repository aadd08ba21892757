package io.jenkins.plugins.canary.engine.judge;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.IOException;

/**
 * What a test found, with its working. Numbers that are unknown are NaN here and null in JSON.
 *
 * @param estimate how far the canary is from stable: the shift in the metric's unit, the odds ratio for
 *     counts, the ratio for sequential means
 * @param interval two-sided confidence interval of {@code estimate}
 * @param pValue of the hypothesis that the tracks do not differ (tolerance aside): one-sided where the direction is, for
 *     sequential tests valid at whatever moment one looks
 * @param n how much data was judged: points, or requests for counts, after cleaning
 * @param detectable the smallest difference from stable, in the metric's unit (a rate for counts), that this much data
 *     would have shown with 95% probability; NaN when nothing would
 */
@JsonPropertyOrder({"verdict", "estimate", "interval", "pValue", "effect", "n", "explanation", "detectable"})
public record Judgment(
        Verdict verdict,
        @JsonSerialize(using = FiniteOrNull.class) double estimate,
        Interval interval,
        @JsonSerialize(using = FiniteOrNull.class) double pValue,
        Effect effect,
        Sizes n,
        String explanation,
        @JsonSerialize(using = FiniteOrNull.class) double detectable) {

    /** The probability with which a difference of {@code detectable} is found. */
    public static final double POWER = 0.95;

    /** Infinite (null in JSON) on a side without a bound; NaN on both when there is none. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"lo", "hi"})
    public record Interval(
            @JsonSerialize(using = FiniteOrNull.class) double lo,
            @JsonSerialize(using = FiniteOrNull.class) double hi) {

        static final Interval NONE = new Interval(Double.NaN, Double.NaN);
    }

    /**
     * @param superiority the common language effect size: how likely a point of the canary is above one of stable, ties
     *     counting half; 0.5 when they do not differ
     * @param ratio canary's mean (rate) over stable's; NaN when stable's is zero
     */
    public record Effect(
            @JsonSerialize(using = FiniteOrNull.class) double superiority,
            @JsonSerialize(using = FiniteOrNull.class) double ratio) {

        static final Effect NONE = new Effect(Double.NaN, Double.NaN);

        static Effect of(Counts canary, Counts stable) {
            double ratio = stable.failures() == 0 ? Double.NaN : canary.rate() / stable.rate();
            return new Effect(0.5 + (canary.rate() - stable.rate()) / 2, ratio);
        }
    }

    public record Sizes(long canary, long stable) {}

    /** A verdict that was found elsewhere, without its working. */
    public static Judgment only(Verdict verdict) {
        return noData(new Sizes(0, 0), "").as(verdict, "");
    }

    /** Of counts that are the same, tick by tick. */
    public static Judgment overlap(Counts canary, Counts stable) {
        return noData(
                new Sizes(canary.total(), stable.total()),
                "both tracks reported the very same counts; the selectors of canary and stable likely match the same pods");
    }

    static Judgment noData(Sizes n, String explanation) {
        return new Judgment(
                Verdict.NODATA, Double.NaN, Interval.NONE, Double.NaN, Effect.NONE, n, explanation, Double.NaN);
    }

    Judgment detecting(double smallest) {
        return new Judgment(verdict, estimate, interval, pValue, effect, n, explanation, smallest);
    }

    Judgment as(Verdict other, String explanation) {
        return new Judgment(other, estimate, interval, pValue, effect, n, explanation, detectable);
    }

    /** Writes a number that is unknown or unbounded as null: JSON has no word for NaN and infinity. */
    static final class FiniteOrNull extends JsonSerializer<Double> {

        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider unused) throws IOException {
            if (value == null || !Double.isFinite(value)) {
                out.writeNull();
            } else {
                out.writeNumber(value);
            }
        }
    }
}
