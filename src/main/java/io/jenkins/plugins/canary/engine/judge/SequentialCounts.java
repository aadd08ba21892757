package io.jenkins.plugins.canary.engine.judge;

import static io.jenkins.plugins.canary.engine.judge.Comparison.percent;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.List;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * The sequential comparison of requests that failed or were slow. HIGH needs odds above the tolerance since some tick of the
 * phase ({@link AlarmSequence}) and a rate of the canary above the floor ({@link RateSequence}); LOW and PASS go by the
 * interval of the odds over the whole phase ({@link OddsSequence}), and PASS also by a rate below the floor. The promised error
 * probability is shared out among the sequences in use (Bonferroni), so that all of their statements hold together;
 * {@code interval} is therefore a little wider than its share of the confidence alone needs. Adding a tick costs time in
 * proportion to the square root of the failures in it. Equal ticks give equal tests.
 *
 * <p>Requests of a tick may share a fate. What stable's ticks show of that ({@link Dispersion}) makes all requests so far say
 * less: harm is called with caution in this, an interval and a pass go by what was seen.
 *
 * <p>It may be looked at every tick: over all looks together it calls harm wrongly with a probability of at most
 * 1 - confidence, whenever it stops, as far as the dispersion is right. It ends early both ways: HIGH or LOW once the ratio is
 * shown to be beyond the tolerance, PASS once within. Until then it is NODATA, for neither has been shown. Failures, once shown,
 * stay; slowness is asked anew at every tick, since a criterion may ask how much slower as well; a pass stays until harm is
 * shown after all, as a release may turn bad late, and the promise holds for that too. Immutable: adding a tick gives a new
 * one, so that a rollout's state is a fold.
 *
 * @param ended PASS, HIGH or LOW once shown; null while undecided
 */
public record SequentialCounts(
        Comparison comparison,
        double floor,
        Harm harm,
        OddsSequence odds,
        AlarmSequence alarm,
        Dispersion dispersion,
        RateSequence canary,
        RateSequence stable,
        double smallestP,
        Verdict ended) {

    /** @param floor the error rate that is never harm, above 0 and below 1 */
    public static SequentialCounts start(Comparison comparison, double floor) {
        return start(comparison, floor, Harm.FAILED);
    }

    /** @param harm what the counted requests suffered */
    public static SequentialCounts start(Comparison comparison, double floor, Harm harm) {
        if (!(floor > 0 && floor < 1)) {
            throw new IllegalArgumentException("the floor is an error rate such as 0.001, not " + floor);
        }
        RateSequence none = RateSequence.START;
        return new SequentialCounts(
                comparison,
                floor,
                harm,
                OddsSequence.START,
                AlarmSequence.start(harm),
                Dispersion.start(harm),
                none,
                none,
                1,
                null);
    }

    /** The same question, of which nothing is known yet. */
    public SequentialCounts anew() {
        return start(comparison, floor, harm);
    }

    /**
     * Adds one tick: the requests since the tick before. One at which a track had none says nothing, and is left out: the
     * other's requests would count for one time and not for the other.
     */
    public SequentialCounts plus(Counts ofCanary, Counts ofStable) {
        if (ofCanary.total() == 0 || ofStable.total() == 0) {
            return this;
        }
        TickSplit tick = new TickSplit(ofCanary, ofStable);
        AlarmSequence nextAlarm = comparison.direction().minds(Verdict.HIGH)
                ? alarm.plus(tick, 1 + comparison.tolerance(), AlarmSequence.cap(share()))
                : alarm;
        SequentialCounts next = new SequentialCounts(
                comparison,
                floor,
                harm,
                odds.plus(tick),
                nextAlarm,
                dispersion.plus(ofCanary, ofStable),
                canary.plus(ofCanary),
                stable.plus(ofStable),
                smallestP,
                ended);
        return next.judged();
    }

    /** Learns from a tick how requests cluster, and nothing else. */
    public SequentialCounts watching(Counts ofCanary, Counts ofStable) {
        Dispersion next =
                ofCanary.total() == 0 || ofStable.total() == 0 ? dispersion : dispersion.plus(ofCanary, ofStable);
        return new SequentialCounts(comparison, floor, harm, odds, alarm, next, canary, stable, smallestP, ended);
    }

    /** Learns from stable's past how requests cluster, before any tick is added. */
    public SequentialCounts remembering(List<Counts> ofStable) {
        Dispersion next = dispersion.remembering(ofStable);
        return new SequentialCounts(comparison, floor, harm, odds, alarm, next, canary, stable, smallestP, ended);
    }

    private SequentialCounts judged() {
        OddsSequence believed = odds.worth(seen());
        double p = Math.min(smallestP, believed.pValue(comparison.direction()));
        Verdict verdict = Verdict.settled(ended) && harm != Harm.SLOW ? ended : Verdict.later(ended, decide(believed));
        return new SequentialCounts(comparison, floor, harm, odds, alarm, dispersion, canary, stable, p, verdict);
    }

    /** So many requests say no more than one that is independent of the others, as was seen. */
    private double seen() {
        return dispersion.seen(perTick(canary), perTick(stable));
    }

    /** The same with the caution that harm is called with. */
    private double cautious() {
        return Dispersion.factor(harm, dispersion.level(), perTick(canary), perTick(stable));
    }

    private double perTick(RateSequence track) {
        return track.seen().total() / Math.max(1.0, alarm.ticks());
    }

    /** The canary's requests so far. */
    public Counts seenOfCanary() {
        return canary.seen();
    }

    /** Stable's requests so far. */
    public Counts seenOfStable() {
        return stable.seen();
    }

    private double share() {
        return comparison.alpha() / (comparison.direction() == Direction.EITHER ? 3 : 2);
    }

    /** @param believed the odds by what was seen of clusters */
    private Verdict decide(OddsSequence believed) {
        double alpha = share();
        double limit = 1 + comparison.tolerance();
        Direction direction = comparison.direction();
        double factor = cautious();
        if (direction.minds(Verdict.HIGH)
                && canary.above(floor, alpha, factor)
                && alarm.rings(alpha, dispersion.level())) {
            return Verdict.HIGH;
        }
        if (direction.minds(Verdict.LOW)
                && stable.above(floor, alpha, factor)
                && odds.worth(factor).interval(alpha).hi() < 1 / limit) {
            return Verdict.LOW;
        }
        factor = seen();
        Judgment.Interval ratio = believed.interval(alpha);
        boolean notHigher = ratio.hi() < limit || canary.below(floor, alpha, factor);
        boolean notLower = ratio.lo() > 1 / limit || stable.below(floor, alpha, factor);
        return (notHigher || !direction.minds(Verdict.HIGH)) && (notLower || !direction.minds(Verdict.LOW))
                ? Verdict.PASS
                : null;
    }

    /** The verdict as of the last tick added. */
    public Judgment judgment() {
        Counts c = canary.seen();
        Counts s = stable.seen();
        return c.total() == 0 || s.total() == 0
                ? glance()
                : glance().detecting(Power.detectable(
                        comparison.direction(),
                        c.total(),
                        s.rate(),
                        x -> likelyWorse(new Counts(x, c.total()), s),
                        x -> likelyWorse(s, new Counts(x, c.total()))));
    }

    /** The judgment without what could have been detected, which takes far longer to find than all the rest. */
    public Judgment glance() {
        Counts c = canary.seen();
        Counts s = stable.seen();
        Judgment.Sizes n = new Judgment.Sizes(c.total(), s.total());
        if (c.total() == 0 || s.total() == 0) {
            return Judgment.noData(n, (c.total() == 0 ? "canary" : "stable") + " had no " + harm.what() + " yet");
        }
        Judgment.Interval ratio = odds.worth(seen()).interval(share());
        return new Judgment(
                ended == null ? Verdict.NODATA : ended,
                odds.estimate(),
                ratio,
                smallestP,
                Judgment.Effect.of(c, s),
                n,
                explain(c, s, ratio),
                Double.NaN);
    }

    /** What would be said, nearly, if all of it had come in one tick: ticks of equal split add up to that. */
    boolean likelyWorse(Counts a, Counts b) {
        double factor = cautious();
        return OddsSequence.likelyAbove(1 + comparison.tolerance(), part(a, factor), part(b, factor), share())
                && new RateSequence(a).above(floor, share(), factor);
    }

    private static Counts part(Counts counts, double factor) {
        long total = Math.max(1, Math.round(counts.total() / factor));
        return new Counts(Math.min(total, Math.round(counts.failures() / factor)), total);
    }

    private String explain(Counts c, Counts s, Judgment.Interval i) {
        String what = c + " " + harm.what() + " " + harm.were() + " on canary (" + percent(c.rate()) + ") against " + s
                + " on stable (" + percent(s.rate()) + "); the odds of " + harm.being() + " are " + times(i.lo())
                + " to " + times(i.hi()) + " stable's" + dispersion.explain(seen());
        String limit = comparison.tolerated();
        if (ended == null) {
            return what + ": neither a difference beyond " + limit + " nor its absence is shown yet";
        }
        return what
                + switch (ended) {
                    case HIGH ->
                        ": it was shown that canary " + harm.is() + " more, beyond " + limit + " and the floor of "
                                + percent(floor);
                    case LOW -> ": it was shown that canary " + harm.is() + " less, beyond " + limit;
                    default -> ": shown to be within " + limit + ", or below the floor of " + percent(floor);
                };
    }

    private static String times(double ratio) {
        return Double.isInfinite(ratio) ? "any number of times" : Units.print(ratio, Unit.COUNT) + "x";
    }

    /**
     * Whether the error rate of one track is above or below a given rate, always valid: the Bernoulli likelihood mixed over
     * Jeffreys' Beta(1/2, 1/2), divided by the likelihood under the given rate (Robbins 1970; Howard et al. 2021, "beta-binomial
     * mixture"). Assumes that the rate does not change. Immutable.
     */
    record RateSequence(Counts seen) {

        static final RateSequence START = new RateSequence(Counts.NONE);

        RateSequence plus(Counts more) {
            return new RateSequence(seen.plus(more));
        }

        /**
         * Shown to be above the rate, wrongly with a probability of at most alpha over all ticks.
         *
         * @param factor so many requests say no more than one that is independent
         */
        boolean above(double rate, double alpha, double factor) {
            return excludes(rate, alpha, factor) && seen.rate() > rate;
        }

        boolean below(double rate, double alpha, double factor) {
            return excludes(rate, alpha, factor) && seen.rate() < rate;
        }

        private boolean excludes(double rate, double alpha, double factor) {
            double failed = seen.failures() / factor;
            double passed = seen.total() / factor - failed;
            double mixture = LogBeta.value(0.5 + failed, 0.5 + passed) - LogBeta.value(0.5, 0.5);
            double there = (failed == 0 ? 0 : failed * Math.log(rate)) + (passed == 0 ? 0 : passed * Math.log1p(-rate));
            return mixture - there >= -Math.log(alpha);
        }
    }
}
