package io.jenkins.plugins.canary.engine.judge;

/**
 * A share of a count, with the exact interval of Clopper and Pearson (Biometrika 26, 1934) at 95%.
 *
 * @param hits at most {@code of}
 */
public record BinomialShare(long hits, long of) {

    private static final double TAIL = 0.025;

    /** NaN of nothing. */
    public double share() {
        return of == 0 ? Double.NaN : (double) hits / of;
    }

    /** The least share that is plausible. */
    public double low() {
        return hits == 0 ? 0 : Power.rateReaching(hits, of, TAIL);
    }

    /** The largest share that is plausible. */
    public double high() {
        return hits == of ? 1 : Power.rateReaching(hits + 1, of, 1 - TAIL);
    }
}
