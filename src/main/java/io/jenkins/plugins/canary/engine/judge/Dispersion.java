package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;

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
 * @param last stable's counts of the tick before; null before the first
 * @param lastOfCanary likewise
 * @param squares of the differences, weighted so that independent requests bring {@code expected}
 * @param spread what a rho of one would bring beyond that
 * @param ticks that had a tick before them
 */
record Dispersion(
        Harm harm, Counts last, Counts lastOfCanary, double squares, double expected, double spread, long ticks) {

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
    /** In standard errors: a larger difference may be a jump that both tracks share. */
    private static final double JUMP = 3;

    private static final double WORTH_SAYING = 1.25;

    private static final double[] FACTORS = {1, 1.3, 1.7, 2.2, 3, 4, 5.5, 7.5, 10, 14, 20, 28, 40, 60, 100, 160};
    private static final double[] RHOS = {0, 2e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3, 0.016, 0.03, 0.06, 0.12, 0.25, 0.5};

    static Dispersion start(Harm harm) {
        return new Dispersion(harm, null, null, 0, 0, 0, 0);
    }

    Dispersion plus(Counts canary, Counts stable) {
        if (last == null) {
            return new Dispersion(harm, stable, canary, 0, 0, 0, 0);
        }
        double both = stable.total() + last.total();
        double size = stable.total() / both * last.total();
        double rate = (stable.failures() + last.failures()) / both;
        double variance = size * rate * (1 - rate) * both / Math.max(1, both - 1);
        double moved = stable.rate() - last.rate();
        double alone = Math.abs(moved * size) > JUMP * Math.sqrt(variance)
                ? Math.min(Math.abs(moved), Math.abs(moved - (canary.rate() - lastOfCanary.rate())))
                : moved;
        double difference = size * alone;
        return new Dispersion(
                harm,
                stable,
                canary,
                squares + difference * difference,
                expected + variance,
                spread + 2 * size * variance,
                ticks + 1);
    }

    /** How many kinds of dispersion are told apart. */
    static int levels(Harm harm) {
        return (harm == Harm.SLOW ? RHOS : FACTORS).length;
    }

    /** The least kind that is not below what was seen. */
    int level() {
        double[] of = harm == Harm.SLOW ? RHOS : FACTORS;
        double seen = harm == Harm.SLOW ? rho() : 1 + CAUTION * (factor() - 1);
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
                        + " come in clusters: 1,000 requests count as "
                        + Units.print((double) Math.round(1_000 / factor), Unit.COUNT);
    }
}
