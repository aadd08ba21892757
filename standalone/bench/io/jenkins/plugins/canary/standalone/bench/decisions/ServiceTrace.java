package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A release of a {@link Service}: 50 requests a second, a tenth of them to the canary, read every 15 s from histograms with
 * Prometheus' default buckets. The same seed gives the same release.
 */
final class ServiceTrace {

    static final Duration STEP = Duration.ofSeconds(15);
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final double[] QUANTILES = {0.5, 0.75, 0.99};

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int PER_MINUTE = 4;
    private static final int BEFORE = 10 * PER_MINUTE;
    private static final int HOUR = 60 * PER_MINUTE;
    private static final double REQUESTS_PER_TICK = 50 * 15;
    private static final double WEIGHT = 0.1;
    private static final double MEDIAN = 0.06;
    private static final double HEAVY = 0.01;
    private static final double HEAVY_FROM = 0.4;
    private static final double HEAVY_POWER = 1.5;
    private static final double SLOW_SHARE = 0.2;
    private static final double SLOW_TIMES = 5;
    private static final double SLOWLY = 0.98;
    private static final int STABLE_PODS = 20;

    private final Service service;
    private final long seed;
    private final Dice dice;
    private final int ticks;
    private final int ticksPerPhase;
    private final int effectAt;
    private final double canaryPod;
    private final double[] stablePods;
    /** By pod of stable. */
    private final long[][][] podBuckets;

    private final Map<Track, long[]> requests = new EnumMap<>(Track.class);
    private final Map<Track, long[]> failures = new EnumMap<>(Track.class);
    private final Map<Track, long[][]> buckets = new EnumMap<>(Track.class);

    ServiceTrace(Service service, long seed) {
        this.service = service;
        this.seed = seed;
        dice = new Dice(seed);
        ticks = service.minutes * PER_MINUTE;
        ticksPerPhase = ticks / service.phases;
        int late = 4 * PER_MINUTE + (int) (2 * PER_MINUTE * dice.uniform());
        effectAt = service.fromStart ? 0 : late;
        canaryPod = Math.exp(service.pods * dice.normal());
        stablePods = new double[STABLE_PODS];
        podBuckets = new long[stablePods.length][BEFORE + ticks][BOUNDS.length + 1];
        for (int pod = 0; pod < stablePods.length; pod++) {
            stablePods[pod] = Math.exp(service.pods * dice.normal());
        }
        for (Track track : Track.values()) {
            requests.put(track, new long[BEFORE + ticks]);
            failures.put(track, new long[BEFORE + ticks]);
            buckets.put(track, new long[BEFORE + ticks][BOUNDS.length + 1]);
        }
        double wander = dice.normal();
        double mix = dice.normal();
        double fresh = Math.sqrt(1 - SLOWLY * SLOWLY);
        for (int tick = -BEFORE; tick < ticks; tick++) {
            wander = SLOWLY * wander + fresh * dice.normal();
            mix = SLOWLY * mix + fresh * dice.normal();
            tick(Track.STABLE, tick, service.slower, 0);
            if (tick >= 0) {
                double canary = service.slower * service.offset * canaryPod * Math.exp(service.wander * wander);
                tick(Track.CANARY, tick, canary * cold(tick % ticksPerPhase), service.mix * mix);
            }
        }
    }

    int ticks() {
        return ticks;
    }

    int effectAt() {
        return effectAt;
    }

    private double cold(int tick) {
        double seconds = (tick + 0.5) * STEP.toSeconds();
        if (service.coldUntil > 0) {
            return seconds < service.coldUntil ? service.cold : 1;
        }
        return 1 + (service.cold - 1) * Math.exp(-seconds / service.coldSeconds);
    }

    private void tick(Track track, int tick, double slower, double mix) {
        boolean bad = track == Track.CANARY && tick >= effectAt;
        Effect effect = bad ? service.effect : Effect.NONE;
        double share = tick < 0 ? 1 : track == Track.CANARY ? WEIGHT : 1 - WEIGHT;
        Counts counted = counts(dice, share, service.errors + effect.errors());
        double times = slower
                * effect.slower()
                * Math.exp(service.noise * dice.normal())
                * (dice.uniform() < service.pause ? 3 : 1);
        int at = tick + BEFORE;
        requests.get(track)[at] = counted.total();
        failures.get(track)[at] = counted.failures();
        if (track == Track.STABLE) {
            drawPods(at, counted.total(), times, effect.tail(), mix);
        } else {
            draw(buckets.get(track)[at], counted.total(), times, effect.tail(), mix);
        }
    }

    private Counts counts(Dice dice, double share, double errors) {
        long first = dice.poisson(REQUESTS_PER_TICK * share);
        long failed = dice.binomial(first, errors);
        long again = again(dice, failed);
        long clusters =
                service.cluster == 0 ? 0 : dice.poisson(share * STEP.toSeconds() / 60.0 / service.clusterMinutes);
        long struck = Math.min(first - failed, clusters * service.cluster);
        return new Counts(failed + again + struck, first + again);
    }

    /** What the source remembers of stable alone. */
    Map<MetricQuery, Reading> past(Set<MetricQuery> asked) {
        Dice own = Past.dice(seed);
        List<Counts> windows = IntStream.range(0, Past.WINDOWS)
                .mapToObj(w -> IntStream.range(0, (int) (Past.SEEN * PER_MINUTE))
                        .mapToObj(t -> counts(own, 1, service.errors))
                        .reduce(Counts.NONE, Counts::plus))
                .toList();
        return Past.readings(asked, windows);
    }

    private long again(Dice dice, long failed) {
        long all = 0;
        long left = failed;
        for (int i = 0; i < service.againMost; i++) {
            left = dice.binomial(left, service.again);
            all += left;
        }
        return all;
    }

    private void drawPods(int at, long count, double times, double tail, double mix) {
        long left = count;
        for (int pod = 0; pod < stablePods.length; pod++) {
            long own = dice.binomial(left, 1.0 / (stablePods.length - pod));
            left -= own;
            draw(podBuckets[pod][at], own, times * stablePods[pod], tail, mix);
            add(buckets.get(Track.STABLE)[at], podBuckets[pod][at]);
        }
    }

    private void draw(long[] into, long count, double times, double tail, double mix) {
        double spread = service.spread;
        double slow = service.mix == 0 ? 0 : Math.max(0, Math.min(1, SLOW_SHARE + mix));
        long left = count;
        double before = 0;
        for (int i = 0; i < BOUNDS.length && left > 0; i++) {
            double at = BOUNDS[i] / times;
            double usual = (1 - slow) * below(at, spread) + (slow == 0 ? 0 : slow * below(at / SLOW_TIMES, spread));
            double all = tail == 0 ? usual : (1 - tail) * usual + tail * below(at / 10, spread);
            into[i] = dice.binomial(left, Math.min(1, Math.max(0, (all - before) / (1 - before))));
            left -= into[i];
            before = all;
        }
        into[BOUNDS.length] = left;
    }

    private static double below(double seconds, double spread) {
        double heavy = seconds <= HEAVY_FROM ? 0 : 1 - Math.pow(HEAVY_FROM / seconds, HEAVY_POWER);
        return (1 - HEAVY) * NORMAL.cumulativeProbability(Math.log(seconds / MEDIAN) / spread) + HEAVY * heavy;
    }

    /** As a source would have read it. */
    Recording recording() {
        Map<MetricQuery, double[]> values = new LinkedHashMap<>();
        for (Track track : Track.values()) {
            long[] n = requests.get(track);
            long[] bad = failures.get(track);
            values.put(new MetricQuery(Metric.of("requests"), track, STEP), series(t -> n[t]));
            values.put(new MetricQuery(Metric.of("error-rate"), track, STEP), series(t -> (double) bad[t] / n[t]));
            values.put(new MetricQuery(Metric.of("error-rate"), track, WINDOW), series(t -> sum(bad, t) / sum(n, t)));
            long[][] ofTrack = buckets.get(track);
            for (double q : QUANTILES) {
                values.put(
                        new MetricQuery(new Metric("latency", q), track, WINDOW),
                        series(t -> quantile(q, window(ofTrack, t, track))));
                int[] bounds = slowBounds(q);
                double[] slow = series(t -> slower(ofTrack[t], bounds[(t - BEFORE)]));
                values.put(new MetricQuery(new Metric("slow-rate", q), track, STEP), slow);
                values.put(new MetricQuery(new Metric("slow-rate", q), track, WINDOW), slow);
            }
        }
        return new Recording(1_700_000_000_000L, STEP.toMillis(), values);
    }

    /** What the source says of each pod; nothing where it does not tell pods apart. */
    Map<MetricQuery, Reading> pods(int tick, Set<MetricQuery> queries) {
        Map<MetricQuery, Reading> all = new HashMap<>();
        for (MetricQuery query : queries) {
            if (query.by() != null && service.toldApart) {
                Map<String, Double> parts = new HashMap<>();
                long[][][] own =
                        query.track() == Track.STABLE ? podBuckets : new long[][][] {buckets.get(Track.CANARY)};
                for (int pod = 0; pod < own.length; pod++) {
                    long[] counts = window(own[pod], tick + BEFORE, query.track());
                    parts.put(
                            query.track().word() + "-" + pod,
                            quantile(query.metric().quantile(), counts));
                }
                all.put(query, Reading.of(query.by(), parts));
            }
        }
        return all;
    }

    private interface At {
        double value(int tick);
    }

    private double[] series(At at) {
        double[] series = new double[ticks];
        for (int t = 0; t < ticks; t++) {
            series[t] = at.value(t + BEFORE);
        }
        return series;
    }

    private static double sum(long[] counts, int at) {
        double sum = 0;
        for (int t = at - PER_MINUTE + 1; t <= at; t++) {
            sum += counts[t];
        }
        return sum;
    }

    private static long[] window(long[][] counts, int at, Track track) {
        long[] sum = new long[BOUNDS.length + 1];
        int first = Math.max(at - PER_MINUTE + 1, track == Track.CANARY ? BEFORE : 0);
        for (int t = first; t <= at; t++) {
            add(sum, counts[t]);
        }
        return sum;
    }

    private static void add(long[] to, long[] more) {
        for (int b = 0; b < to.length; b++) {
            to[b] += more[b];
        }
    }

    /** The bucket of stable's quantile in the ten minutes before the phase began, or before its last full hour, by tick. */
    private int[] slowBounds(double q) {
        int[] bounds = new int[ticks];
        for (int t = 0; t < ticks; t++) {
            int inPhase = t % ticksPerPhase;
            int from = t - inPhase + inPhase / HOUR * HOUR;
            if (t > 0 && from != t) {
                bounds[t] = bounds[t - 1];
                continue;
            }
            long[] reference = new long[BOUNDS.length + 1];
            for (int r = from; r < from + BEFORE; r++) {
                add(reference, buckets.get(Track.STABLE)[r]);
            }
            double rank = q * sum(reference);
            int bound = 0;
            for (long seen = reference[0]; seen < rank && bound < reference.length - 1; seen += reference[bound]) {
                bound++;
            }
            bounds[t] = bound;
        }
        return bounds;
    }

    private static double slower(long[] counts, int bound) {
        double slow = 0;
        for (int b = bound + 1; b < counts.length; b++) {
            slow += counts[b];
        }
        return slow / sum(counts);
    }

    private static double sum(long[] counts) {
        double sum = 0;
        for (long c : counts) {
            sum += c;
        }
        return sum;
    }

    private static double quantile(double q, long[] counts) {
        double rank = q * sum(counts);
        double seen = 0;
        for (int i = 0; i < BOUNDS.length && rank > 0; i++) {
            if (seen + counts[i] >= rank) {
                double from = i == 0 ? 0 : BOUNDS[i - 1];
                return from + (BOUNDS[i] - from) * (rank - seen) / counts[i];
            }
            seen += counts[i];
        }
        return rank == 0 ? Double.NaN : BOUNDS[BOUNDS.length - 1];
    }
}
