package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.judge.BinomialShare;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How one method fared with the bad releases of one kind.
 *
 * @param minutes by release: how long it was bad until it was stopped; {@link #MOST} when it was not, 0 when the stop came
 *     before the effect
 */
record Cell(double[] minutes) {

    static final double MOST = 25;

    double missed() {
        return (double) Arrays.stream(minutes).filter(m -> m >= MOST).count() / minutes.length;
    }

    double mean() {
        return Arrays.stream(minutes).average().orElseThrow();
    }

    /** Whether bad releases served less, more, or nobody knows: the paired difference with its 95% interval. */
    int against(Cell other) {
        double[] less = IntStream.range(0, minutes.length)
                .mapToDouble(i -> other.minutes[i] - minutes[i])
                .toArray();
        double mean = Arrays.stream(less).average().orElseThrow();
        double error = 1.96 * spread(less);
        return mean > error ? 1 : mean < -error ? -1 : 0;
    }

    /** Standard error of the mean. */
    private static double spread(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1) / values.length);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, %.1f ± %.1f min",
                share(Math.round(missed() * minutes.length), minutes.length, 0),
                mean(),
                1.96 * spread(minutes));
    }

    /** A share with its 95% interval (Clopper and Pearson). */
    static String share(long hits, long of, int digits) {
        BinomialShare share = new BinomialShare(hits, of);
        String number = "%." + digits + "f";
        return String.format(
                Locale.ROOT,
                number + "%% (" + number + "-" + number + ")",
                100 * share.share(),
                100 * share.low(),
                100 * share.high());
    }
}
