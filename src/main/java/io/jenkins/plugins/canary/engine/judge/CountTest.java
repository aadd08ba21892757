package io.jenkins.plugins.canary.engine.judge;

import static io.jenkins.plugins.canary.engine.judge.Comparison.percent;

/**
 * Compares two counts of failed requests, exactly, however few there are. HIGH needs both of:
 * <ul>
 *   <li>the odds of failing are above stable's by more than the tolerance: Fisher's conditional exact test against the
 *       odds ratio 1 + tolerance ({@link OddsRatio});
 *   <li>the canary's error rate is above {@code floor}: the exact binomial test (Clopper and Pearson, Biometrika 26
 *       (1934)). A rate below the floor is nobody's reason to stop, however much better stable is.
 * </ul>
 * Both at level (1 - confidence) / 2; as both are needed, that is the level of the whole (intersection-union test: Berger,
 * Technometrics 24 (1982)). LOW is the same with the tracks swapped.
 *
 * <p>Why not Fisher's test alone: one failure in 40 requests against none in 4,000 has p = 0.0099 by it, so that a single
 * unlucky request would end a rollout. With the floor at 0.1% it has p = 0.039, and three failures have p = 0.00001. Why
 * not Barnard's or Boschloo's unconditional test: it gains some power on small tables and has the very same flaw, it
 * grows with the product of the totals (a million requests are out of reach), and it has no exact interval that agrees
 * with it. Immutable; for any thread.
 *
 * @param floor the error rate that is never harm, 0 to 1 exclusive
 * @param harm what the counted requests suffered
 * @param minRequests with fewer on either track there is no PASS; harm is believed at any number
 */
public record CountTest(Comparison comparison, double floor, long minRequests, Harm harm) {

    public static final double DEFAULT_FLOOR = 0.001;
    public static final long DEFAULT_MIN_REQUESTS = 20;

    public CountTest {
        if (!(floor >= 0 && floor < 1)) {
            throw new IllegalArgumentException("the floor is an error rate such as 0.001, not " + floor);
        }
    }

    public CountTest(Comparison comparison, double floor, long minRequests) {
        this(comparison, floor, minRequests, Harm.FAILED);
    }

    public static CountTest of(Comparison comparison) {
        return new CountTest(comparison, DEFAULT_FLOOR, DEFAULT_MIN_REQUESTS);
    }

    public Judgment judge(Counts canary, Counts stable) {
        Judgment.Sizes n = new Judgment.Sizes(canary.total(), stable.total());
        if (canary.total() == 0 || stable.total() == 0) {
            return Judgment.noData(n, (canary.total() == 0 ? "canary" : "stable") + " had no " + harm.what());
        }
        OddsRatio odds = new OddsRatio(canary, stable);
        Verdict verdict = Verdict.PASS;
        if (comparison.direction().minds(Verdict.HIGH) && worse(canary, stable)) {
            verdict = Verdict.HIGH;
        } else if (comparison.direction().minds(Verdict.LOW) && worse(stable, canary)) {
            verdict = Verdict.LOW;
        } else if (Math.min(canary.total(), stable.total()) < minRequests) {
            verdict = Verdict.NODATA;
        }
        double detectable = Power.detectable(
                comparison.direction(),
                canary.total(),
                stable.rate(),
                x -> worse(new Counts(x, canary.total()), stable),
                x -> worse(stable, new Counts(x, canary.total())));
        return new Judgment(
                verdict,
                odds.estimate(),
                odds.interval(comparison.confidence()),
                comparison.direction().pValue(odds.pAtMost(1), odds.pAtLeast(1)),
                Judgment.Effect.of(canary, stable),
                n,
                explain(verdict, canary, stable, detectable),
                detectable);
    }

    /** Whether {@code a} fails more than {@code b} beyond tolerance and floor. Rises with a's failures. */
    boolean worse(Counts a, Counts b) {
        double level = comparison.alpha() / 2;
        return aboveFloor(a) <= level && new OddsRatio(a, b).pAtMost(1 + comparison.tolerance()) <= level;
    }

    /** The p-value of "the error rate is at most the floor". */
    private double aboveFloor(Counts a) {
        return Power.reaching(a.failures(), a.total(), floor);
    }

    private String explain(Verdict verdict, Counts canary, Counts stable, double detectable) {
        String what = canary + " " + harm.what() + " " + harm.were() + " on canary (" + percent(canary.rate())
                + ") against " + stable + " on stable (" + percent(stable.rate()) + ")";
        String seen = Double.isNaN(detectable)
                ? "no error rate would have been seen with so few " + harm.what()
                : "an error rate of "
                        + percent(stable.rate()
                                + (comparison.direction() == Direction.DECREASE ? -detectable : detectable))
                        + " would likely have been seen";
        return what
                + switch (verdict) {
                    case HIGH ->
                        ": chance does not explain that canary " + harm.is() + " more, beyond " + comparison.tolerated()
                                + " and the floor of " + percent(floor);
                    case LOW ->
                        ": chance does not explain that canary " + harm.is() + " less, beyond "
                                + comparison.tolerated();
                    case PASS -> ": chance explains that, or it is within the tolerance; " + seen;
                    case NODATA ->
                        ": fewer than the " + minRequests + " " + harm.what() + " that a pass needs; " + seen;
                };
    }
}
