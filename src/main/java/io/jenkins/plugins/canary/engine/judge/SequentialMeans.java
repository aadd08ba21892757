package io.jenkins.plugins.canary.engine.judge;

import static io.jenkins.plugins.canary.engine.judge.Comparison.percent;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The sequential comparison of a positive metric (latency, say) that each tick reads once for either track. What is
 * followed is the mean of log(canary / stable), tick by tick: load and time of day move both tracks together and cancel,
 * and long tails become nearly normal, as {@link MeanSequence} likes them; simulation shows that means of the plain
 * differences would break the promise under long tails. HIGH once the ratio is shown to be above 1 + tolerance, LOW once
 * below 1 - tolerance, PASS once it is shown to be neither, on the sides that matter. {@code estimate} and
 * {@code interval} are ratios. A rare and large deviation that has not happened yet is not foreseen.
 *
 * <p>Ticks without a positive finite value on both tracks are left out. When they are more than one in ten there is no
 * PASS: something may hide in them.
 *
 * <p>A tick counts as ten times stable at most, or a tenth: a single wrong reading of any size would otherwise widen the
 * interval for hours. Both directions are cut alike, so that tracks that do not differ are not told apart by it.
 *
 * <p>It keeps {@link SequentialCounts}' promise. Equal ticks give equal tests.
 *
 * @param leftOut ticks that were
 * @param ended PASS, HIGH or LOW once shown; null while undecided
 */
public record SequentialMeans(
        Comparison comparison, MeanSequence logRatio, double stableSum, long leftOut, double smallestP, Verdict ended) {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double MOST_LEFT_OUT = 0.1;
    /** Ten times stable's value, or a tenth of it. */
    private static final double LARGEST = Math.log(10);

    public static SequentialMeans start(Comparison comparison) {
        return new SequentialMeans(comparison, MeanSequence.START, 0, 0, 1, null);
    }

    /** Adds one tick. */
    public SequentialMeans plus(double canary, double stable) {
        if (!(canary > 0 && stable > 0 && canary < Double.POSITIVE_INFINITY && stable < Double.POSITIVE_INFINITY)) {
            return new SequentialMeans(comparison, logRatio, stableSum, leftOut + 1, smallestP, ended);
        }
        double log = Math.log(canary) - Math.log(stable);
        MeanSequence next = logRatio.plus(Math.max(-LARGEST, Math.min(LARGEST, log)));
        // Tracks that never differ, or always by the same factor, leave nothing to measure chance by.
        double p = next.squares() == 0 ? 1 : Math.min(smallestP, next.pValue(comparison.direction()));
        return new SequentialMeans(
                comparison, next, stableSum + stable, leftOut, p, Verdict.later(ended, decide(next)));
    }

    private Verdict decide(MeanSequence sequence) {
        if (sequence.squares() == 0) {
            return null;
        }
        Direction direction = comparison.direction();
        Judgment.Interval i = sequence.interval(comparison.alpha());
        double upper = Math.log1p(comparison.tolerance());
        // A tolerance of 100% or more lets the canary fall to nothing: minus infinity.
        double lower = Math.log(Math.max(0, 1 - comparison.tolerance()));
        if (direction.minds(Verdict.HIGH) && i.lo() > upper) {
            return Verdict.HIGH;
        }
        if (direction.minds(Verdict.LOW) && i.hi() < lower) {
            return Verdict.LOW;
        }
        boolean complete = leftOut <= MOST_LEFT_OUT * (sequence.n() + leftOut);
        return complete
                        && (i.hi() < upper || !direction.minds(Verdict.HIGH))
                        && (i.lo() > lower || !direction.minds(Verdict.LOW))
                ? Verdict.PASS
                : null;
    }

    /** The verdict as of the last tick added. */
    public Judgment judgment() {
        Judgment.Sizes n = new Judgment.Sizes(logRatio.n(), logRatio.n());
        String left = leftOut == 0 ? "" : " (" + leftOut + " ticks left out: no positive finite value on both tracks)";
        if (logRatio.n() < 2) {
            return Judgment.noData(n, "only " + logRatio.n() + " ticks with data on both tracks" + left);
        }
        double ratio = Math.exp(logRatio.mean());
        if (logRatio.squares() == 0) {
            return Judgment.noData(
                    n,
                    "canary was exactly " + times(ratio) + " stable at every tick; a metric that nobody "
                            + "updates, or selectors that match the same pods, look like that" + left);
        }
        Judgment.Interval log = logRatio.interval(comparison.alpha());
        Judgment.Interval interval = new Judgment.Interval(Math.exp(log.lo()), Math.exp(log.hi()));
        double needed =
                (log.hi() - log.lo()) / 2 + NORMAL.inverseCumulativeProbability(Judgment.POWER) * logRatio.error();
        double stable = stableSum / logRatio.n();
        double detectable = stable * ((1 + comparison.tolerance()) * Math.exp(needed) - 1);
        return new Judgment(
                ended == null ? Verdict.NODATA : ended,
                ratio,
                interval,
                smallestP,
                new Judgment.Effect(Double.NaN, ratio),
                n,
                explain(ratio, interval, stable) + left,
                Double.isInfinite(detectable) ? Double.NaN : detectable);
    }

    private String explain(double ratio, Judgment.Interval i, double stable) {
        String what = "over " + Units.count(logRatio.n(), "tick") + " canary is typically " + times(ratio)
                + " stable, whose mean is "
                + Units.print(stable, comparison.unit())
                + (Double.isInfinite(i.hi())
                        ? ""
                        : " (between " + times(i.lo()) + " and " + times(i.hi()) + " with "
                                + percent(comparison.confidence()) + " confidence, however often one looks)");
        String limit = comparison.tolerated();
        if (ended == null) {
            return what + ": neither a difference beyond " + limit + " nor its absence is shown yet";
        }
        return what + (ended == Verdict.PASS ? ": shown to be within " : ": shown to be beyond ") + limit;
    }

    private static String times(double ratio) {
        return Units.print(ratio, Unit.COUNT) + "x";
    }
}
