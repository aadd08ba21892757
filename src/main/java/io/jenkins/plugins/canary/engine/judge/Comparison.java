package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;

/**
 * What is asked of a comparison, whichever test answers it.
 *
 * @param tolerance relative: 0.25 lets the canary be a quarter away from stable; not negative
 * @param confidence of the two-sided interval, above 0.5 and below 1; harm on one side is called wrongly with a
 *     probability of at most (1 - confidence) / 2
 * @param unit what the values are in, for the explanations
 */
public record Comparison(Direction direction, double tolerance, double confidence, Unit unit) {

    /** The defaults of the command line, which are also Kayenta's. */
    public static final Comparison DEFAULT = new Comparison(Direction.EITHER, 0.25, 0.98, Unit.COUNT);

    public Comparison {
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw new IllegalArgumentException(
                    "the tolerance is a share of stable's value such as 0.25, not " + tolerance);
        }
        if (!(confidence > 0.5 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "the confidence is above 0.5 and below 1, such as 0.98, not " + confidence);
        }
    }

    public Comparison direction(Direction other) {
        return new Comparison(other, tolerance, confidence, unit);
    }

    public Comparison tolerance(double other) {
        return new Comparison(direction, other, confidence, unit);
    }

    public Comparison confidence(double other) {
        return new Comparison(direction, tolerance, other, unit);
    }

    public Comparison unit(Unit other) {
        return new Comparison(direction, tolerance, confidence, other);
    }

    /** One of so many, which keep the promise together (Bonferroni). */
    public Comparison sharedBy(int comparisons) {
        return confidence(1 - (1 - confidence) / comparisons);
    }

    /** The tolerance as explanations have it. */
    String tolerated() {
        return "the tolerance of " + percent(tolerance);
    }

    static String percent(double share) {
        return Units.print(share, Unit.RATIO);
    }

    /** The probability of wrongly calling harm on the sides that matter. */
    double falseAlarms() {
        return direction == Direction.EITHER ? alpha() : alpha() / 2;
    }

    /** The probability of wrongly calling harm, both sides together. */
    double alpha() {
        return 1 - confidence;
    }
}
