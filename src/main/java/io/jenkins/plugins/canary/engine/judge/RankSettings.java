package io.jenkins.plugins.canary.engine.judge;

/**
 * What only {@link MannWhitney} can be told.
 *
 * @param effect an additional demand on the size of the difference; null for none
 */
public record RankSettings(Cleaning cleaning, MannWhitney.Allowance allowance, EffectSize effect) {

    public static final RankSettings USUAL =
            new RankSettings(Cleaning.DEFAULT, MannWhitney.Allowance.OF_BASELINE, null);

    /** With Kayenta's allowance it is Kayenta's rule as a whole, by which series that are the same pass. */
    public MannWhitney test(Comparison comparison) {
        return new MannWhitney(comparison, cleaning, allowance, effect, allowance == MannWhitney.Allowance.OF_SHIFT);
    }
}
