package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.Unit;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The sequential comparison of a metric that each tick reads once for either track. Both are read at the same moment, so
 * that load and time of day, which move them together, cancel in the difference. The tolerance is built into the series
 * that is watched: HIGH when the mean of canary - (1 + tolerance) * stable is shown to be above zero, LOW when that of
 * canary - (1 - tolerance) * stable is shown to be below, PASS when the opposite is shown on the sides that matter
 * ({@link MeanSequence}). For metrics that are not negative.
 */
public final class SequentialMeans implements SequentialTest {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private final Comparison comparison;
    private final MeanSequence canary;
    private final MeanSequence stable;
    private final MeanSequence difference;
    private final MeanSequence aboveLimit;
    private final MeanSequence aboveLower;
    private final long unusable;
    private final double smallestP;
    private final Verdict ended;

    private SequentialMeans(Comparison comparison, MeanSequence canary, MeanSequence stable, MeanSequence difference,
            MeanSequence aboveLimit, MeanSequence aboveLower, long unusable, double smallestP, Verdict ended) {
        this.comparison = comparison;
        this.canary = canary;
        this.stable = stable;
        this.difference = difference;
        this.aboveLimit = aboveLimit;
        this.aboveLower = aboveLower;
        this.unusable = unusable;
        this.smallestP = smallestP;
        this.ended = ended;
    }

    public static SequentialMeans start(Comparison comparison) {
        MeanSequence empty = MeanSequence.START;
        return new SequentialMeans(comparison, empty, empty, empty, empty, empty, 0, 1, null);
    }

    /** Adds one tick. A value that is missing or infinite on either track leaves the tick out. */
    public SequentialMeans plus(double ofCanary, double ofStable) {
        if (!Double.isFinite(ofCanary - ofStable)) {
            return new SequentialMeans(
                    comparison, canary, stable, difference, aboveLimit, aboveLower, unusable + 1, smallestP, ended);
        }
        MeanSequence nextDifference = difference.plus(ofCanary - ofStable);
        MeanSequence nextLimit = aboveLimit.plus(ofCanary - (1 + comparison.tolerance()) * ofStable);
        MeanSequence nextLower = aboveLower.plus(ofCanary - (1 - comparison.tolerance()) * ofStable);
        return new SequentialMeans(comparison, canary.plus(ofCanary), stable.plus(ofStable), nextDifference, nextLimit,
                nextLower, unusable, Math.min(smallestP, p(nextDifference)), ended != null ? ended : decide(nextDifference, nextLimit, nextLower));
    }

    /** The p-value of a constant series is meaningless: see {@link #decide}. */
    private double p(MeanSequence d) {
        return d.squares() == 0 ? 1 : d.pValue(comparison.direction());
    }

    private Verdict decide(MeanSequence between, MeanSequence upper, MeanSequence lower) {
        // Without any spread there is nothing to measure by: nobody knows how far chance reaches. Tracks that never
        // differ are likely one and the same.
        if (between.squares() == 0 || upper.squares() == 0 || lower.squares() == 0) {
            return null;
        }
        Direction direction = comparison.direction();
        double alpha = direction == Direction.EITHER ? comparison.alpha() / 2 : comparison.alpha();
        Judgment.Interval high = upper.interval(alpha);
        Judgment.Interval low = lower.interval(alpha);
        if (direction.minds(Verdict.HIGH) && high.lo() > 0) {
            return Verdict.HIGH;
        }
        if (direction.minds(Verdict.LOW) && low.hi() < 0) {
            return Verdict.LOW;
        }
        return (high.hi() < 0 || !direction.minds(Verdict.HIGH)) && (low.lo() > 0 || !direction.minds(Verdict.LOW))
                ? Verdict.PASS
                : null;
    }

    @Override
    public Verdict ended() {
        return ended;
    }

    @Override
    public Judgment judgment() {
        Judgment.Sizes n = new Judgment.Sizes(difference.n(), difference.n());
        String left = unusable == 0 ? "" : " (" + unusable + " ticks left out: missing or infinite values)";
        if (difference.n() < 2) {
            return Judgment.noData(n, "only " + difference.n() + " ticks with data on both tracks" + left);
        }
        if (difference.squares() == 0) {
            return Judgment.noData(n, "canary and stable differed by exactly " + print(difference.mean()) + " at every tick; "
                    + "a metric that nobody updates looks like that" + left);
        }
        Judgment.Interval interval = difference.interval(comparison.alpha());
        double allowed = comparison.tolerance() * Math.abs(stable.mean());
        double detectable = allowed + (interval.hi() - interval.lo()) / 2 + NORMAL.inverseCumulativeProbability(Judgment.POWER) * difference.error();
        Judgment.Effect effect = new Judgment.Effect(
                Double.NaN, stable.mean() == 0 ? Double.NaN : canary.mean() / stable.mean());
        return new Judgment(ended == null ? Verdict.NODATA : ended, difference.mean(), interval, smallestP, effect, n,
                explain(interval, allowed) + left, detectable);
    }

    private String explain(Judgment.Interval i, double allowed) {
        String what = "over " + difference.n() + " ticks canary is on average " + print(Math.abs(difference.mean()))
                + (difference.mean() < 0 ? " below" : " above") + " stable's " + print(stable.mean())
                + (Double.isInfinite(i.lo()) ? "" : " (between " + print(i.lo()) + " and " + print(i.hi()) + ", at any time with "
                        + Units.print(comparison.confidence(), Unit.RATIO) + " confidence)");
        String limit = "the " + print(allowed) + " that the tolerance allows";
        if (ended == null) {
            return what + ": neither a difference beyond " + limit + " nor its absence is shown yet";
        }
        return what + (ended == Verdict.PASS ? ": shown to be within " : ": shown to be beyond ") + limit;
    }

    private String print(double value) {
        return Units.print(value, comparison.unit());
    }
}
