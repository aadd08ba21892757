package io.jenkins.plugins.canary.engine.judge;

/**
 * How large a significant difference must be to count, in the measures of Kayenta's {@code effectSize}.
 *
 * @param allowedIncrease HIGH only from this value of the measure on; 1 (mean ratio) or 0.5 (CLES) for any rise
 * @param allowedDecrease LOW only from this value of the measure down
 * @param criticalIncrease a critical metric ends the whole comparison only from this value on
 * @param criticalDecrease and from this value down
 */
public record EffectSize(
        Measure measure,
        double allowedIncrease,
        double allowedDecrease,
        double criticalIncrease,
        double criticalDecrease) {

    public enum Measure {
        MEAN_RATIO,
        /** The common language effect size: {@link Judgment.Effect#superiority}. */
        CLES;

        /** Its value where the tracks do not differ. */
        public double none() {
            return this == CLES ? 0.5 : 1;
        }
    }

    boolean counts(Verdict side, Judgment.Effect effect) {
        return reaches(side, effect, allowedIncrease, allowedDecrease);
    }

    /** An effect that cannot be measured (stable's mean is zero) counts: harm is not waved through for want of a ratio. */
    boolean critical(Verdict side, Judgment.Effect effect) {
        return reaches(side, effect, criticalIncrease, criticalDecrease);
    }

    private boolean reaches(Verdict side, Judgment.Effect effect, double up, double down) {
        double value = measure == Measure.CLES ? effect.superiority() : effect.ratio();
        return !Double.isFinite(value) || (side == Verdict.HIGH ? value >= up : value <= down);
    }
}
