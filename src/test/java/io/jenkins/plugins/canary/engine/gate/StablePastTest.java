package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What stable did before a phase is asked for once, and tells how failures cluster. */
class StablePastTest {

    private static final long START = 1_000_000;
    private static final long TICK = 15_000;
    private static final Criterion ERRORS = criterion("error-rate", Duration.ofMinutes(1));

    private static Criterion criterion(String metric, Duration window) {
        Comparison rise = Comparison.DEFAULT.direction(Direction.INCREASE).unit(Unit.RATIO);
        return new Criterion(
                Metric.parse(metric),
                Unit.RATIO,
                null,
                null,
                Versus.by(new Judge(Judge.Test.SEQUENTIAL, rise, CountTest.DEFAULT_FLOOR)),
                0,
                NoDataPolicy.HOLD,
                null,
                window);
    }

    private static Set<String> asked(String metric, Duration window) {
        return new StablePast(criterion(metric, window))
                .queries().stream().map(MetricQuery::key).collect(Collectors.toSet());
    }

    /** 40 failures a window of 10,000 requests, or what else {@code failures} says. */
    private static Map<MetricQuery, Double> past(IntUnaryOperator failures) {
        Map<MetricQuery, Double> values = new HashMap<>();
        for (MetricQuery query : new StablePast(ERRORS).queries()) {
            boolean requests = query.metric().equals(Criterion.REQUESTS);
            for (int ago = 1; ago <= 60; ago++) {
                values.put(query.part(String.valueOf(ago)), requests ? 10_000 : failures.applyAsInt(ago) / 10_000.0);
            }
        }
        return values;
    }

    /** At each tick one of 100 requests fails on the canary, and none or two of 900 on stable; until harm is shown. */
    private static int ticksUntilHarm(Map<MetricQuery, Double> past) {
        EvidenceFold fold = EvidenceFold.open(START, List.of(ERRORS), Duration.ZERO, null, c -> 1);
        for (int tick = 1; tick < 100; tick++) {
            Duration window = fold.window(START + tick * TICK);
            Map<MetricQuery, Double> values = new HashMap<>(past);
            for (Duration w : List.of(window, Duration.ofMinutes(1))) {
                values.put(new MetricQuery(ERRORS.metric(), Track.CANARY, w), 0.01);
                values.put(new MetricQuery(ERRORS.metric(), Track.STABLE, w), (tick + tick % 2) / (tick * 900.0));
                values.put(new MetricQuery(Criterion.REQUESTS, Track.CANARY, w), tick * 100.0);
                values.put(new MetricQuery(Criterion.REQUESTS, Track.STABLE, w), tick * 900.0);
            }
            fold = fold.tick(START + tick * TICK, values, window, null);
            if (fold.of(ERRORS).judgment(ERRORS).verdict().harm()) {
                return tick;
            }
        }
        throw new AssertionError("no harm in 100 ticks");
    }

    @Test
    void anHourOfStablesFailuresIsAskedFor() {
        assertEquals(
                Set.of("error-rate stable 1m of the last 1h", "requests stable 1m of the last 1h"),
                asked("error-rate", Duration.ofMinutes(1)));
        assertEquals(
                Set.of("success-rate stable 5s of the last 10m", "requests stable 5s of the last 10m"),
                asked("success-rate", Duration.ofSeconds(5)));
        assertEquals(Set.of(), asked("error-rate", Duration.ofMinutes(40)), "one window has no neighbour");
        assertEquals(Set.of(), asked("slow-rate(0.75)", Duration.ofMinutes(1)), "the warm-up shows it");
    }

    @Test
    void itIsAskedForUntilAnAnswerCameOrFailed() {
        EvidenceFold fold = EvidenceFold.open(START, List.of(ERRORS), Duration.ZERO, null, c -> 1);
        Duration window = Duration.ofSeconds(15);
        Set<MetricQuery> past = new StablePast(ERRORS).queries();
        assertTrue(fold.queries(START + TICK, window).containsAll(past));
        Map<MetricQuery, Double> values = new HashMap<>();
        Set<MetricQuery> next = fold.tick(START + TICK, values, window, null).queries(START + 2 * TICK, window);
        assertEquals(Set.of(), next.stream().filter(q -> q.past() != null).collect(Collectors.toSet()));
    }

    /** Of a window of a minute a server that is scraped every 15 s sees 45 s, and stretches what it saw. */
    @Test
    void whatWasSeenIsCountedOldestFirst() {
        List<Counts> counts = new StablePast(ERRORS).counts(past(ago -> 4 * ago), 15_000);
        assertEquals(60, counts.size());
        assertEquals(new Counts(180, 7_500), counts.get(0));
        assertEquals(new Counts(3, 7_500), counts.get(59));
    }

    @Test
    void windowsThatWereNotReadAreLeftOut() {
        Map<MetricQuery, Double> values = past(ago -> 40);
        values.keySet().removeIf(query -> query.part().equals("7"));
        assertEquals(59, new StablePast(ERRORS).counts(values, 0).size());
        assertEquals(List.of(), new StablePast(ERRORS).counts(Map.of(), 0));
    }

    @Test
    void aCalmPastMakesHarmSure() {
        int[] calm = {0, 6, -6, 5, -5};
        assertTrue(
                ticksUntilHarm(past(ago -> 40 + calm[ago % calm.length])) < ticksUntilHarm(Map.of()),
                "failures that are known to come one by one say more");
    }

    @Test
    void aPastOfClustersMakesHarmLessSure() {
        assertTrue(
                ticksUntilHarm(past(ago -> ago % 2 == 0 ? 20 : 40)) > ticksUntilHarm(Map.of()),
                "failures that are known to come together say less");
    }

    /** A dependency that failed for some minutes: the canary would have shared it. */
    @Test
    void aPastThatJumpsSaysNothing() {
        assertEquals(ticksUntilHarm(Map.of()), ticksUntilHarm(past(ago -> ago == 4 || ago == 5 ? 400 : 40)));
    }
}
