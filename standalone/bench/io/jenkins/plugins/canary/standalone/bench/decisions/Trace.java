package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One phase of a service that was made up: load that swings with the day and wanders, bursts of it, error rates and
 * latencies that wander with it on both tracks, hiccups of what both depend on, pauses of one track alone, builds that differ a little without harm, clients that
 * try again and fail again; and in a bad release an effect of known size from a known tick on. The same seed gives the
 * same trace.
 *
 * @param requests by track and tick, over one tick
 * @param failures likewise
 * @param buckets likewise, by bucket of {@link Durations}
 * @param pods the buckets of each pod by its name, as {@code buckets}; none where pods are not told apart
 * @param before stable's buckets of the {@link #BEFORE} ticks before the phase
 * @param past what a source remembers of stable's requests before, by minute; empty where nothing is known
 * @param effectAt the tick from which on a bad release is bad: about five minutes into the phase
 */
record Trace(
        Map<Track, long[]> requests,
        Map<Track, long[]> failures,
        Map<Track, long[][]> buckets,
        Map<Track, Map<String, long[][]>> pods,
        long[][] before,
        List<Counts> past,
        int effectAt) {

    static final Duration STEP = Duration.ofSeconds(30);
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final int TICKS = 60;
    /** Ten minutes, as {@code slow-rate} looks back. */
    static final int BEFORE = 20;

    static final double WEIGHT = 0.1;
    private static final int PER_WINDOW = 2;

    private static final double USUAL_ERRORS = 0.002;
    private static final double MEDIAN = 0.06;
    private static final double AGAIN = 0.3;
    /** No two builds are equally fast: by so much, on the log scale, the canary differs and does no harm. */
    private static final double HARMLESS = 0.03;

    private static final double PER_DAY = 2_880;

    static Trace of(long seed, double requestsPerSecond, Effect effect) {
        Dice dice = new Dice(seed);
        Trace trace = new Trace(
                new EnumMap<>(Track.class),
                new EnumMap<>(Track.class),
                new EnumMap<>(Track.class),
                Map.of(),
                new long[BEFORE][],
                past(Past.dice(seed), requestsPerSecond),
                8 + (int) (5 * dice.uniform()));
        for (Track track : Track.values()) {
            trace.requests.put(track, new long[TICKS]);
            trace.failures.put(track, new long[TICKS]);
            trace.buckets.put(track, new long[TICKS][]);
        }
        double timeOfDay = dice.uniform() * PER_DAY;
        double build = Math.exp(HARMLESS * dice.normal());
        double load = 0;
        double errors = 0;
        double slow = 0;
        int burst = 0;
        int hiccup = 0;
        for (int tick = -BEFORE; tick < TICKS; tick++) {
            load = 0.95 * load + 0.03 * dice.normal();
            errors = 0.9 * errors + 0.15 * dice.normal();
            slow = 0.9 * slow + 0.02 * dice.normal();
            burst = burst > 0 ? burst - 1 : dice.uniform() < 1 / 240.0 ? 4 : 0;
            hiccup = hiccup > 0 ? hiccup - 1 : dice.uniform() < 1 / 360.0 ? 3 : 0;
            double demand = (1 + 0.6 * Math.sin((timeOfDay + tick) * 2 * Math.PI / PER_DAY))
                    * Math.exp(load)
                    * (burst > 0 ? 3 : 1);
            double rate = USUAL_ERRORS * Math.exp(errors) + (hiccup > 0 ? 0.03 : 0);
            double median = MEDIAN * Math.pow(demand, 0.15) * Math.exp(slow) * (hiccup > 0 ? 1.5 : 1);
            for (Track track : Track.values()) {
                boolean bad = track == Track.CANARY && tick >= trace.effectAt;
                double weight = tick < 0 ? 0 : WEIGHT;
                double share = track == Track.CANARY ? weight : 1 - weight;
                double pause = Math.exp(0.03 * dice.normal())
                        * (dice.uniform() < 1 / 500.0 ? 2 : 1)
                        * (track == Track.CANARY ? build : 1);
                trace.tick(
                        dice,
                        track,
                        tick,
                        requestsPerSecond * share * demand * STEP.toSeconds(),
                        rate + (bad ? effect.errors() : 0),
                        median * pause,
                        bad ? effect : Effect.NONE);
            }
        }
        return trace;
    }

    private static List<Counts> past(Dice dice, double requestsPerSecond) {
        double timeOfDay = dice.uniform() * PER_DAY;
        List<Counts> windows = new ArrayList<>();
        double load = 0;
        double errors = 0;
        int burst = 0;
        int hiccup = 0;
        Counts window = Counts.NONE;
        for (int tick = 0; tick < 2 * PER_WINDOW * Past.WINDOWS; tick++) {
            load = 0.95 * load + 0.03 * dice.normal();
            errors = 0.9 * errors + 0.15 * dice.normal();
            burst = burst > 0 ? burst - 1 : dice.uniform() < 1 / 240.0 ? 4 : 0;
            hiccup = hiccup > 0 ? hiccup - 1 : dice.uniform() < 1 / 360.0 ? 3 : 0;
            double demand = (1 + 0.6 * Math.sin((timeOfDay + tick) * 2 * Math.PI / PER_DAY))
                    * Math.exp(load)
                    * (burst > 0 ? 3 : 1);
            double rate = USUAL_ERRORS * Math.exp(errors) + (hiccup > 0 ? 0.03 : 0);
            long first = dice.poisson(requestsPerSecond * demand * STEP.toSeconds() * Past.SEEN);
            long failed = dice.binomial(first, rate);
            long again = dice.binomial(failed, AGAIN);
            window = window.plus(new Counts(failed + again, first + again));
            if (tick % PER_WINDOW == PER_WINDOW - 1) {
                windows.add(window);
                window = Counts.NONE;
            }
        }
        return windows.subList(windows.size() - Past.WINDOWS, windows.size());
    }

    private void tick(Dice dice, Track track, int tick, double mean, double errorRate, double median, Effect effect) {
        long first = dice.poisson(mean);
        long failed = dice.binomial(first, errorRate);
        long again = dice.binomial(failed, AGAIN);
        long[] drawn = Durations.draw(dice, first + again, median, effect.slower(), effect.tail());
        if (tick < 0) {
            if (track == Track.STABLE) {
                before[tick + BEFORE] = drawn;
            }
            return;
        }
        requests.get(track)[tick] = first + again;
        failures.get(track)[tick] = failed + again;
        buckets.get(track)[tick] = drawn;
    }

    /** The error rate over the window that ends with a tick; NaN without requests. */
    double errorRate(Track track, int tick) {
        int from = Math.max(0, tick - PER_WINDOW + 1);
        double failed = Arrays.stream(failures.get(track), from, tick + 1).sum();
        return failed / Arrays.stream(requests.get(track), from, tick + 1).sum();
    }

    double latency(Track track, double q, int tick) {
        return latency(buckets.get(track), q, tick);
    }

    private static double latency(long[][] byTick, double q, int tick) {
        long[] sum = new long[Durations.BOUNDS.length + 1];
        for (int t = Math.max(0, tick - PER_WINDOW + 1); t <= tick; t++) {
            add(sum, byTick[t]);
        }
        return Durations.quantile(q, sum);
    }

    /** What the source says of each pod, where it is asked. */
    Map<MetricQuery, Reading> pods(int tick, Set<MetricQuery> asked) {
        Map<MetricQuery, Reading> all = new HashMap<>();
        for (MetricQuery query : asked) {
            if (query.by() != null && pods.containsKey(query.track())) {
                Map<String, Double> parts = new HashMap<>();
                pods.get(query.track())
                        .forEach((pod, byTick) ->
                                parts.put(pod, latency(byTick, query.metric().quantile(), tick)));
                parts.values().removeIf(value -> Double.isNaN(value));
                all.put(query, Reading.of(query.by(), parts));
            }
        }
        return all;
    }

    /** The share of a tick's requests beyond the bucket in which stable's quantile of the ticks before it lies. */
    private double slower(Track track, double q, int tick) {
        long[] reference = new long[Durations.BOUNDS.length + 1];
        for (int t = tick - BEFORE; t < tick; t++) {
            add(reference, t < 0 ? before[t + BEFORE] : buckets.get(Track.STABLE)[t]);
        }
        double rank = q * Arrays.stream(reference).sum();
        int bound = 0;
        for (long seen = reference[0]; seen < rank && bound < reference.length - 1; seen += reference[bound]) {
            bound++;
        }
        long[] now = buckets.get(track)[tick];
        return (double) Arrays.stream(now, bound + 1, now.length).sum()
                / Arrays.stream(now).sum();
    }

    private static void add(long[] to, long[] more) {
        for (int b = 0; b < to.length; b++) {
            to[b] += more[b];
        }
    }

    /** As a source would have read it. */
    Recording recording() {
        Map<MetricQuery, double[]> values = new LinkedHashMap<>();
        for (Track track : Track.values()) {
            double[] errors = new double[TICKS];
            double[] p50 = new double[TICKS];
            double[] p99 = new double[TICKS];
            double[] perStep = new double[TICKS];
            double[] count = new double[TICKS];
            double[] slow75 = new double[TICKS];
            double[] slow99 = new double[TICKS];
            for (int t = 0; t < TICKS; t++) {
                errors[t] = errorRate(track, t);
                p50[t] = latency(track, 0.5, t);
                p99[t] = latency(track, 0.99, t);
                count[t] = requests.get(track)[t];
                slow75[t] = slower(track, 0.75, t);
                slow99[t] = slower(track, 0.99, t);
                perStep[t] = failures.get(track)[t] / count[t];
            }
            values.put(new MetricQuery(Metric.of("error-rate"), track, WINDOW), errors);
            values.put(new MetricQuery(new Metric("latency", 0.5), track, WINDOW), p50);
            values.put(new MetricQuery(new Metric("latency", 0.99), track, WINDOW), p99);
            for (Duration window : List.of(WINDOW, STEP)) {
                values.put(new MetricQuery(new Metric("slow-rate", 0.75), track, window), slow75);
                values.put(new MetricQuery(new Metric("slow-rate", 0.99), track, window), slow99);
            }
            values.put(new MetricQuery(Metric.of("error-rate"), track, STEP), perStep);
            values.put(new MetricQuery(Metric.of("requests"), track, STEP), count);
        }
        return new Recording(1_700_000_000_000L, STEP.toMillis(), values);
    }
}
