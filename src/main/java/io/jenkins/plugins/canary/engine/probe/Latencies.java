package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Quantiles of the waiting times, as a user who comes at the batch's rate would have them: each is measured from the
 * moment at which the request was due and not from when it could be sent, so that a service that stalls cannot hide the
 * requests that queued up behind the stall (coordinated omission: Gil Tene, "How NOT to Measure Latency"; HdrHistogram).
 * A request without an answer counts with the time for which it was waited for; one that was never due does not count.
 */
public final class Latencies {

    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;
    private static final double[] TOLD = {0.5, 0.95, 0.99};

    private final Histogram micros = new Histogram(LONGEST_MICROS, DIGITS);

    public static Latencies of(List<ProbeResponse> responses) {
        Latencies all = new Latencies();
        responses.stream().filter(ProbeResponse::wasDue).forEach(h -> all.add(h.doneNanos() - h.dueNanos()));
        return all;
    }

    /** Takes one waiting time in nanoseconds. Not for several threads. */
    void add(long nanos) {
        micros.recordValue(Math.min(LONGEST_MICROS, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    /** In seconds; NaN without any. */
    public double quantile(double q) {
        return micros.getTotalCount() == 0 ? Double.NaN : micros.getValueAtPercentile(q * 100) / 1e6;
    }

    /** p50, p95, p99 and the longest, in seconds; empty without any. */
    Map<String, Double> told() {
        Map<String, Double> told = new LinkedHashMap<>();
        if (micros.getTotalCount() > 0) {
            for (double q : TOLD) {
                told.put(word(q), quantile(q));
            }
            told.put("max", micros.getMaxValue() / 1e6);
        }
        return told;
    }

    /** @param most the longest allowed in seconds, by quantile */
    static List<ProbeFinding> check(Map<Double, Double> most, List<ProbeResponse> responses) {
        Latencies latencies = of(responses);
        List<ProbeFinding> findings = new ArrayList<>();
        most.forEach((q, bound) -> {
            double is = latencies.quantile(q);
            String what = "latency " + word(q) + " <= " + Units.write(bound, Unit.SECONDS);
            findings.add(
                    Double.isNaN(is)
                            ? ProbeFinding.unknown(what, "there was no request")
                            : ProbeFinding.of(
                                    is <= bound, what, "latency " + word(q) + " is " + Units.print(is, Unit.SECONDS)));
        });
        return findings;
    }

    /** {@code p99}, {@code p99.9}. */
    public static String word(double q) {
        return "p"
                + new java.math.BigDecimal(String.valueOf(q))
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
