package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import java.time.Duration;
import java.util.function.BiPredicate;
import org.apache.commons.numbers.rootfinder.BrentSolver;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * What a phase can see before it starts: which rise it would catch with 95% probability ({@link Judgment#POWER}), and what
 * share of good releases it would stop. Requests are taken to fail independently of each other; failures that come in
 * bursts are caught less and stop more. Immutable; for any thread.
 *
 * @param requestsPerSecond of the service, both tracks together; positive
 * @param errorRate of a good version, 0 to 1 exclusive
 */
public record Detectability(double requestsPerSecond, double errorRate) {

    private static final int STABLE_OUTCOMES = 20;
    private static final Duration LONGEST_HOLD = Duration.ofHours(24);
    private static final int HIGHEST_WEIGHT = 50;

    /**
     * @param requests of the canary during the hold
     * @param caught the smallest error rate of the canary that is caught with 95% probability; NaN when none is
     * @param falseStops the probability that a release with the error rate of a good version is stopped
     */
    public record Finding(long requests, double caught, double falseStops, String explanation) {

        public LatencyPower.Finding seen() {
            return new LatencyPower.Finding(caught, falseStops);
        }
    }

    public Detectability {
        if (!(requestsPerSecond > 0 && Double.isFinite(requestsPerSecond))) {
            throw new IllegalArgumentException("the request rate is positive, not " + requestsPerSecond);
        }
        if (!(errorRate >= 0 && errorRate < 1)) {
            throw new IllegalArgumentException("the error rate is between 0 and 1, not " + errorRate);
        }
    }

    /**
     * A threshold on the error rate over a sliding window, as if the hold were made of separate windows. Windows that
     * overlap give a few more chances to fail: the true shares of both kinds lie a little higher.
     */
    public Finding threshold(Weight weight, Duration hold, double max, Duration window) {
        Duration oneWindow = window.compareTo(hold) < 0 ? window : hold;
        long requests = requests(weight.share(), oneWindow);
        double windows = (double) hold.toMillis() / oneWindow.toMillis();
        // Rounded up just enough that 1% of 300 is 3 and not 2.9999.
        long failing = (long) Math.floor(max * requests + 1e-9) + 1;
        double caught = failing > requests
                ? Double.NaN
                : Power.rateReaching(failing, requests, 1 - Math.pow(1 - Judgment.POWER, 1 / windows));
        double falseStops = 1 - Math.pow(1 - Power.reaching(failing, requests, errorRate), windows);
        return finding(weight, hold, caught, falseStops);
    }

    /** The exact test on the counts of the whole hold; stable's failures are averaged over. */
    public Finding counts(Weight weight, Duration hold, CountTest test) {
        return compared(weight, hold, test::worse, Double.NaN);
    }

    /**
     * The sequential test, at the end of the hold at the latest. Of good releases it stops no more than it promises, at
     * all looks together.
     *
     * @param floor the error rate that is never harm
     */
    public Finding sequential(Weight weight, Duration hold, Comparison comparison, double floor) {
        return compared(weight, hold, SequentialCounts.start(comparison, floor)::likelyWorse, comparison.falseAlarms());
    }

    /** @param promised the share of good releases that are stopped; NaN to compute it */
    private Finding compared(Weight weight, Duration hold, BiPredicate<Counts, Counts> worse, double promised) {
        long canary = requests(weight.share(), hold);
        long stable = requests(1 - weight.share(), hold);
        if (canary == 0 || stable == 0) {
            return finding(weight, hold, Double.NaN, 0);
        }
        long[] fewest = new long[STABLE_OUTCOMES];
        BinomialDistribution failures = BinomialDistribution.of((int) stable, errorRate);
        for (int i = 0; i < fewest.length; i++) {
            Counts ofStable = new Counts(failures.inverseCumulativeProbability((i + 0.5) / fewest.length), stable);
            fewest[i] = i > 0 && failures.inverseCumulativeProbability((i - 0.5) / fewest.length) == ofStable.failures()
                    ? fewest[i - 1]
                    : Power.fewest(canary, x -> worse.test(new Counts(x, canary), ofStable));
        }
        double most = stopped(fewest, canary, 1);
        double caught = most < Judgment.POWER
                ? Double.NaN
                : new BrentSolver(1e-9, 1e-12, 0)
                        .findRoot(p -> stopped(fewest, canary, p) - Judgment.POWER, errorRate, 1);
        return finding(weight, hold, caught, Double.isNaN(promised) ? stopped(fewest, canary, errorRate) : promised);
    }

    private static double stopped(long[] fewest, long requests, double rate) {
        double sum = 0;
        for (long f : fewest) {
            sum += f < 0 ? 0 : rate == 1 ? 1 : Power.reaching(f, requests, rate);
        }
        return sum / fewest.length;
    }

    /**
     * The rise of a continuous metric that {@link MannWhitney} catches, relative to stable: the tolerance plus the normal
     * quantiles in standard errors, with the test's efficiency of 3/pi for normal values (Hodges and Lehmann, Annals of
     * Mathematical Statistics 27 (1956): at worst 0.864; far above one for heavy tails).
     *
     * @param spread standard deviation of a point over its location
     */
    public static double latency(long canaryPoints, long stablePoints, double spread, Comparison comparison) {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double error = spread * Math.sqrt(Math.PI / 3 * (1.0 / canaryPoints + 1.0 / stablePoints));
        return comparison.tolerance()
                + error
                        * (normal.inverseSurvivalProbability(comparison.alpha() / 2)
                                + normal.inverseCumulativeProbability(Judgment.POWER));
    }

    /** The shortest hold, in whole minutes, that catches this error rate; null when a day is too short. */
    public Duration holdFor(Weight weight, CountTest test, double wanted) {
        long minutes = Power.fewest(
                LONGEST_HOLD.toMinutes(),
                m -> counts(weight, Duration.ofMinutes(m), test).caught() <= wanted);
        return minutes < 0 ? null : Duration.ofMinutes(minutes);
    }

    /** The lowest weight, in whole percent up to 50, that catches this error rate within the hold; null when none does. */
    public Weight weightFor(Duration hold, CountTest test, double wanted) {
        long percent = Power.fewest(
                HIGHEST_WEIGHT, w -> counts(Weight.ofPercent(w), hold, test).caught() <= wanted);
        return percent < 0 ? null : Weight.ofPercent(percent);
    }

    private long requests(double share, Duration time) {
        return Math.min(Integer.MAX_VALUE, Math.round(requestsPerSecond * share * time.toMillis() / 1000));
    }

    private Finding finding(Weight weight, Duration hold, double caught, double falseStops) {
        long requests = requests(weight.share(), hold);
        String phase = weight + " for " + Units.print(hold) + " at " + Units.print(requestsPerSecond, Unit.PER_SECOND)
                + ": " + Units.count(requests, "request") + "; ";
        String seen = Double.isNaN(caught)
                ? "no rise of the error rate is likely to be seen"
                : "only a rise of the error rate above " + Units.print(caught, Unit.RATIO) + " is likely to be seen";
        return new Finding(requests, caught, falseStops, phase + seen + "; " + ofGoodReleases(falseStops));
    }

    /** In words; nobody needs the ninth decimal of a share. */
    public static String ofGoodReleases(double falseStops) {
        return (falseStops < 1e-4 ? "less than 0.01%" : Units.print(falseStops, Unit.RATIO))
                + " of good releases would be stopped";
    }
}
