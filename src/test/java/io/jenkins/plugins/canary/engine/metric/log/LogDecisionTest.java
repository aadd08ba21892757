package io.jenkins.plugins.canary.engine.metric.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.log.LogReader.Answer;
import io.jenkins.plugins.canary.engine.metric.log.LogReader.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Releases whose log lines are made up, judged every 15 s for half an hour at a weight of 5%: how often good ones are stopped,
 * and after how long bad ones are.
 */
class LogDecisionTest {

    private static final long TICK = 15_000;
    private static final long START = 1_800_000_000_000L;
    private static final int TICKS = 120;
    private static final Duration DELAY = Duration.ofSeconds(10);
    private static final int SEEDS = Math.min(300, Integer.getInteger("canary.seeds", 20));
    private static final LogSettings SETTINGS = new LogSettings(
            new LogSettings.Loki("http://loki", null),
            Map.of(Track.CANARY, "{a}", Track.STABLE, "{b}"),
            "|= 1",
            DELAY,
            Duration.ofHours(1),
            1_000,
            Map.of(),
            Auth.NONE);

    /**
     * What a release logs.
     *
     * @param errors share of the requests that log one of stable's own errors
     * @param rare share that logs an error that hardly ever comes twice: of so many kinds that many are new
     * @param burst lines of one such error, all at once
     * @param broken share of the canary's requests that log an error of their own
     * @param weight of the canary
     * @param after how long it is not judged
     * @param perRequest whether lines are held against requests, or against all lines
     */
    private record Release(
            double errors, double rare, int burst, double broken, double weight, Duration after, boolean perRequest) {

        static final double REQUESTS = 100;

        static Release of(double errors, double rare, int burst) {
            return new Release(errors, rare, burst, 0, 0.05, Duration.ZERO, true);
        }

        Release broken(double share, double atWeight) {
            return new Release(errors, rare, burst, share, atWeight, after, perRequest);
        }

        Release after(Duration warmUp) {
            return new Release(errors, rare, burst, broken, weight, warmUp, perRequest);
        }

        Release perLine() {
            return new Release(errors, rare, burst, broken, weight, after, false);
        }
    }

    private static Criterion criterion(String metric, Release release) {
        Judge judge = new Judge(
                Judge.Test.SEQUENTIAL,
                new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.RATIO),
                CountTest.DEFAULT_FLOOR);
        return new Criterion(
                        Metric.of(metric),
                        Unit.RATIO,
                        null,
                        null,
                        Versus.by(judge).per(release.perRequest ? Criterion.REQUESTS : null),
                        0,
                        NoDataPolicy.HOLD,
                        null,
                        Duration.ofMinutes(1))
                .after(release.after);
    }

    /** Minutes until a check fails; -1 for never. */
    private static double minutes(Release release, String metric, long seed) {
        Random random = new Random(seed);
        LogReader reader = new LogReader(SETTINGS);
        Criterion criterion = criterion(metric, release);
        long[] served = new long[2];
        reader.learn(lines(release, Track.STABLE, Release.REQUESTS * 600, START - 600_000, 600_000, random));
        EvidenceFold evidence = EvidenceFold.open(START, List.of(criterion), Duration.ofSeconds(15), null, c -> 2);
        for (int tick = 1; tick <= TICKS; tick++) {
            long at = START + tick * TICK;
            Instant now = Instant.ofEpochMilli(at);
            Span span = reader.next(now.minus(DELAY), Duration.ofSeconds(15));
            Map<Track, Answer> answers = new EnumMap<>(Track.class);
            for (Track track : List.of(Track.CANARY, Track.STABLE)) {
                double share = track == Track.CANARY ? release.weight : 1 - release.weight;
                long requests = poisson(random, Release.REQUESTS * share * 15);
                served[track == Track.CANARY ? 0 : 1] += requests;
                List<LogLine> errors =
                        lines(release, track, requests, span.from().toEpochMilli(), TICK, random);
                answers.put(track, new Answer(errors, 3 * requests + errors.size()));
            }
            reader.add(span, answers);
            Duration counted = evidence.window(at);
            Map<MetricQuery, Reading> readings = new HashMap<>();
            Set<MetricQuery> asked = new HashSet<>(criterion.queries());
            asked.addAll(evidence.queries(at, counted));
            for (MetricQuery query : asked) {
                readings.put(
                        query,
                        query.metric().equals(Criterion.REQUESTS)
                                ? Reading.of(served[query.track() == Track.CANARY ? 0 : 1])
                                : reader.reading(query, now));
            }
            Map<MetricQuery, Double> values = new HashMap<>();
            readings.forEach((query, reading) -> {
                if (reading.ok()) {
                    values.put(query, reading.value());
                }
            });
            evidence = evidence.tick(at, values, counted, null);
            Check check = criterion.check(readings, evidence, counted);
            if (check.outcome() == CheckOutcome.FAIL) {
                return tick * 0.25;
            }
        }
        return -1;
    }

    private static List<LogLine> lines(
            Release release, Track track, double requests, long from, long millis, Random random) {
        List<LogLine> lines = new ArrayList<>();
        for (long n = poisson(random, requests * release.errors); n > 0; n--) {
            line(lines, "timeout of partner " + "abcdefgh".charAt(random.nextInt(8)), from, millis, random);
        }
        for (long n = poisson(random, requests * release.rare); n > 0; n--) {
            String kind = "odd " + word(random.nextInt(100_000));
            long when = from + random.nextInt((int) millis);
            for (int i = 0; i < release.burst; i++) {
                line(lines, kind, when, 1, random);
            }
        }
        double broken = track == Track.CANARY ? release.broken : 0;
        for (long n = poisson(random, requests * broken); n > 0; n--) {
            line(lines, "NullPointerException at Basket.java:42", from, millis, random);
        }
        return lines;
    }

    private static String word(int number) {
        return Integer.toString(number, 26)
                .chars()
                .map(c -> c < 'a' ? c - '0' + 'q' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static void line(List<LogLine> lines, String text, long from, long millis, Random random) {
        long when = (from + random.nextInt((int) millis)) * 1_000_000 + lines.size();
        lines.add(new LogLine(when, "" + random.nextLong(), text));
    }

    private static long poisson(Random random, double mean) {
        if (mean > 200) {
            return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        long n = 0;
        for (double p = random.nextDouble(), end = Math.exp(-mean); p > end; p *= random.nextDouble()) {
            n++;
        }
        return n;
    }

    private static double[] all(Release release, String metric) {
        double[] minutes = IntStream.range(0, SEEDS)
                .mapToDouble(s -> minutes(release, metric, s))
                .toArray();
        double[] found = Arrays.stream(minutes).filter(m -> m > 0).sorted().toArray();
        System.out.println(metric + " " + release + ": stopped " + found.length + " of " + SEEDS
                + (found.length == 0
                        ? ""
                        : ", median " + found[found.length / 2] + " min, 95% within "
                                + found[Math.min(found.length - 1, found.length * 95 / 100)] + " min"));
        return found;
    }

    private static final Release QUIET = Release.of(0.002, 0, 1);
    private static final Release NOISY = Release.of(0.02, 0.0005, 1);
    private static final Release BURSTS = Release.of(0.02, 0.0002, 20);

    @Test
    void goodReleasesAreNotStopped() {
        for (Release good : List.of(QUIET, NOISY, NOISY.perLine(), BURSTS.after(Duration.ofMinutes(3)))) {
            for (String metric : List.of("log-error-rate", "new-log-error-rate")) {
                int stopped = all(good, metric).length;
                assertTrue(stopped <= SEEDS / 100 + 1, metric + " stopped " + stopped + " of " + good);
            }
        }
    }

    /** Nothing is known yet of how lines cluster when the first bursts come. */
    @Test
    void burstsOfTheFirstMinutesHardlyStopAGoodRelease() {
        int stopped = all(BURSTS, "new-log-error-rate").length;
        assertTrue(stopped <= 0.03 * SEEDS + 3, stopped + " of " + SEEDS);
    }

    @Test
    void aNewErrorOfOneRequestInAHundredIsFound() {
        for (Release good : List.of(QUIET, NOISY, NOISY.perLine())) {
            double[] found = all(good.broken(0.01, 0.05), "new-log-error-rate");
            assertTrue(found.length >= SEEDS * 0.98, found.length + " of " + good);
            assertTrue(found[found.length / 2] <= 10, "after " + found[found.length / 2] + " minutes");
        }
        double[] found = all(NOISY.broken(0.01, 0.25), "new-log-error-rate");
        assertTrue(found[found.length / 2] <= 3, "after " + found[found.length / 2] + " minutes");
    }
}
