package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.List;

/**
 * How far requests of one tick share a fate: by how much the counts of harmed requests vary more than those of independent
 * requests would. Clients send failed requests again, a pool runs dry, a pause slows down all requests of some seconds; a test
 * that took each of them for a witness would be surer than it may be. Its log-likelihoods are divided by this (quasi-likelihood;
 * Rao and Scott, Biometrics 48 (1992); McCullagh and Nelder, Generalized Linear Models, 9.2).
 *
 * <p>It is taken out of stable's own ticks, so that harm of the canary does not count: out of the differences of neighbouring
 * ticks (von Neumann, Annals of Mathematical Statistics 12 (1941)), so that slow drift does not either. A jump that the canary
 * shares is a dependency's, and only what it does not share counts. While there are few ticks a cautious value from experience
 * stands in. Failures come in clusters of some size, whatever the traffic: their variance is that of independent ones times a
 * factor. Slowness strikes a share of a tick's requests, the more requests the more: the variance of that share does not fall
 * below a part rho of p(1 - p) (beta-binomial), and the factor grows with the traffic.
 *
 * <p>Where a source remembers stable's hour before, that is learned from first.
 *
 * @param last stable's counts of the tick before; null before the first
 * @param lastOfCanary likewise
 * @param squares of the differences, weighted so that independent requests bring {@code expected}
 * @param spread what a rho of one would bring beyond that
 * @param ticks that had a tick before them
 * @param knowsPast whether stable's past is among them
 */
record Dispersion(
        Harm harm,
        Counts last,
        Counts lastOfCanary,
        double squares,
        double expected,
        double spread,
        long ticks,
        boolean knowsPast) {

    /** A failed request stands for so many, until stable has shown how it is ... */
    private static final double USUAL_FACTOR = 2;
    /** ... which counts like so many failures. */
    private static final double USUAL_WEIGHT = 2;
    /** The same of slowness ... */
    private static final double USUAL_RHO = 0.002;
    /** ... which counts like so many ticks. */
    private static final double USUAL_TICKS = 4;
    /** Rare large clusters are easily missed: where there are some, they are taken for larger than was seen. */
    private static final double CAUTION = 1.5;
    /** The same where an hour of stable is known. */
    private static final double CAUTION_WITH_PAST = 1.2;
    /** What independent requests would bring, half the failures, from which on that past is trusted. */
    private static final double ENOUGH = 10;
    /** In standard errors: a larger difference may be a jump that both tracks share. */
    private static final double JUMP = 3;
    /** The same where there is no canary to tell: a tick in ten thousand of independent requests. */
    private static final double PAST_JUMP = 4;

    private static final double WORTH_SAYING = 1.25;

    private static final double[] FACTORS = {1, 1.3, 1.7, 2.2, 3, 4, 5.5, 7.5, 10, 14, 20, 28, 40, 60, 100, 160};
    private static final double[] RHOS = {0, 2e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3, 0.016, 0.03, 0.06, 0.12, 0.25, 0.5};

    static Dispersion start(Harm harm) {
        return new Dispersion(harm, null, null, 0, 0, 0, 0, false);
    }

    /**
     * Learns from ticks of stable alone, before the first of both tracks. Where they jump nothing is learned: a dependency may
     * have failed, which the canary would have shared, and that is no cluster.
     */
    Dispersion remembering(List<Counts> ofStable) {
        List<Counts> ticks = ofStable.stream().filter(c -> c.total() > 0).toList();
        Dispersion next = this;
        for (int i = 1; i < ticks.size(); i++) {
            Step step = Step.of(ticks.get(i - 1), ticks.get(i));
            if (step.isBeyond(PAST_JUMP)) {
                return this;
            }
            next = next.plus(step, step.moved());
        }
        boolean learned = next.expected >= ENOUGH;
        return new Dispersion(harm, null, null, next.squares, next.expected, next.spread, next.ticks, learned);
    }

    Dispersion plus(Counts canary, Counts stable) {
        if (last == null) {
            return at(canary, stable);
        }
        Step step = Step.of(last, stable);
        double alone = step.isBeyond(JUMP)
                ? Math.min(Math.abs(step.moved()), Math.abs(step.moved() - (canary.rate() - lastOfCanary.rate())))
                : step.moved();
        return plus(step, alone).at(canary, stable);
    }

    private Dispersion at(Counts canary, Counts stable) {
        return new Dispersion(harm, stable, canary, squares, expected, spread, ticks, knowsPast);
    }

    /** @param alone by how much stable's rate moved that the canary did not share */
    private Dispersion plus(Step step, double alone) {
        double difference = step.size() * alone;
        return new Dispersion(
                harm,
                last,
                lastOfCanary,
                squares + difference * difference,
                expected + step.variance(),
                spread + 2 * step.size() * step.variance(),
                ticks + 1,
                knowsPast);
    }

    /**
     * From one of stable's ticks to the next.
     *
     * @param size requests, such that the difference of the rates times this has the variance
     * @param moved the difference of the rates
     * @param variance of {@code size * moved} when requests are independent
     */
    private record Step(double size, double moved, double variance) {

        static Step of(Counts before, Counts now) {
            double both = now.total() + before.total();
            double size = now.total() / both * before.total();
            double rate = (now.failures() + before.failures()) / both;
            double variance = size * rate * (1 - rate) * both / Math.max(1, both - 1);
            return new Step(size, now.rate() - before.rate(), variance);
        }

        boolean isBeyond(double deviations) {
            return Math.abs(moved * size) > deviations * Math.sqrt(variance);
        }
    }

    /** How many kinds of dispersion are told apart. */
    static int levels(Harm harm) {
        return (harm == Harm.SLOW ? RHOS : FACTORS).length;
    }

    /** The least kind that is not below what was seen. */
    int level() {
        double[] of = harm == Harm.SLOW ? RHOS : FACTORS;
        double seen = harm == Harm.SLOW ? rho() : 1 + (knowsPast ? CAUTION_WITH_PAST : CAUTION) * (factor() - 1);
        int level = 0;
        while (level < of.length - 1 && (of[level] + of[level + 1]) / 2 < seen) {
            level++;
        }
        return level;
    }

    private double factor() {
        return Math.max(1, (squares + USUAL_FACTOR * USUAL_WEIGHT) / (expected + USUAL_WEIGHT));
    }

    private double rho() {
        return (seenRho() * ticks + USUAL_RHO * USUAL_TICKS) / (ticks + USUAL_TICKS);
    }

    private double seenRho() {
        return spread == 0 ? 0 : Math.max(0, (squares - expected) / spread);
    }

    /** So many requests of a tick say no more than one that is independent; 1 or more. */
    static double factor(Harm harm, int level, double ofCanary, double ofStable) {
        return harm == Harm.SLOW ? share(RHOS[level], ofCanary, ofStable) : FACTORS[level];
    }

    /** The same by what was seen alone, without caution. */
    double seen(double ofCanary, double ofStable) {
        return harm == Harm.SLOW
                ? share(seenRho(), ofCanary, ofStable)
                : expected == 0 ? 1 : Math.max(1, squares / expected);
    }

    private static double share(double rho, double ofCanary, double ofStable) {
        return 1 + 2 * rho * (ofCanary / (ofCanary + ofStable) * ofStable);
    }

    /** In words; empty where requests are independent. */
    String explain(double factor) {
        return factor < WORTH_SAYING
                ? ""
                : "; " + (harm == Harm.SLOW ? "slow requests" : "failures")
                        + " come in clusters: 1,000 " + harm.what() + " count as "
                        + Units.print((double) Math.round(1_000 / factor), Unit.COUNT);
    }
}
