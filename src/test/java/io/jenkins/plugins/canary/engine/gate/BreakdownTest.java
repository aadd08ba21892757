package io.jenkins.plugins.canary.engine.gate;

import static io.jenkins.plugins.canary.engine.Track.CANARY;
import static io.jenkins.plugins.canary.engine.Track.STABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

/** A criterion that must hold for each value of a label. */
class BreakdownTest {

    private static final Criterion MAX = errors("route", 0.01, null, 100);
    private static final Criterion SEQUENTIAL = errors("route", null, sequential(), 100);
    private static final Criterion TOGETHER = errors(null, null, sequential(), 0);

    private static Versus sequential() {
        Comparison rise = new Comparison(Direction.INCREASE, 0.25, 0.98, Unit.RATIO);
        return Versus.by(new Judge(Judge.Test.SEQUENTIAL, rise, 0.001));
    }

    private static Criterion errors(String by, Double max, Versus versus, long minRequests) {
        return new Criterion(
                Metric.of("error-rate"),
                Unit.RATIO,
                null,
                max,
                versus,
                minRequests,
                NoDataPolicy.HOLD,
                null,
                BrokenDown.WINDOW,
                null,
                InScore.USUAL,
                by,
                Duration.ZERO);
    }

    @Test
    void aLimitHoldsForEachValueWithEnoughRequests() {
        BrokenDown service = new BrokenDown(MAX)
                .serve(CANARY, "/cart", 1, 1_000)
                .serve(CANARY, "/checkout", 41, 1_000)
                .serve(CANARY, "/rare", 50, 99)
                .tick();
        Check check = service.check(MAX);
        assertEquals(CheckOutcome.FAIL, check.outcome());
        assertEquals("error-rate by route <= 1%", check.criterion());
        assertEquals(
                "error-rate by route: /checkout: 4.1% (is 4.1%, above the maximum of 1%)", check.says(), check.says());
        assertEquals(0.041, check.value());
    }

    @Test
    void aLimitHoldsForEachValueAfterTheWarmUp() {
        Criterion warm = MAX.after(Duration.ofSeconds(90));
        BrokenDown service = new BrokenDown(warm);
        CheckOutcome during =
                service.serve(CANARY, "/cart", 41, 1_000).tick().check(warm).outcome();
        assertEquals(CheckOutcome.NO_DATA, during);
        assertEquals(CheckOutcome.FAIL, service.tick().check(warm).outcome());
    }

    @Test
    void valuesWithFewRequestsAreLeftOutAndNamed() {
        BrokenDown service = new BrokenDown(MAX)
                .serve(CANARY, "/cart", 1, 1_000)
                .serve(CANARY, "/rare", 50, 99)
                .tick();
        Check check = service.check(MAX);
        assertEquals(CheckOutcome.PASS, check.outcome());
        assertTrue(check.says().contains("/rare has 99 requests"), check.says());
        Check none = new BrokenDown(MAX).serve(CANARY, "/rare", 50, 99).tick().check(MAX);
        assertEquals(CheckOutcome.NO_DATA, none.outcome(), none.says());
    }

    @Test
    void aTestNamesTheValueWithBothRates() {
        BrokenDown service = new BrokenDown(SEQUENTIAL);
        for (int tick = 0; tick < 10; tick++) {
            service.serve(CANARY, "/checkout", 41, 1_000)
                    .serve(STABLE, "/checkout", 18, 9_000)
                    .serve(CANARY, "/cart", 2, 1_000)
                    .serve(STABLE, "/cart", 18, 9_000)
                    .tick();
        }
        Check check = service.check(SEQUENTIAL);
        assertEquals(CheckOutcome.FAIL, check.outcome());
        assertTrue(
                check.says()
                        .startsWith("error-rate by route: /checkout: 4.1% against 0.2% (410 of 10000 requests failed"),
                check.says());
        assertFalse(check.says().contains("/cart"), check.says());
    }

    /** What the canary alone serves cannot be compared, and what stable alone serves is not the canary's. */
    @Test
    void aValueOfOneTrackIsNotCompared() {
        BrokenDown service = new BrokenDown(SEQUENTIAL);
        for (int tick = 0; tick < 30; tick++) {
            service.serve(CANARY, "/cart", 1, 1_000)
                    .serve(STABLE, "/cart", 18, 9_000)
                    .serve(CANARY, "/new", 500, 1_000)
                    .serve(STABLE, "/old", 500, 1_000)
                    .tick();
        }
        Check check = service.check(SEQUENTIAL);
        assertEquals(CheckOutcome.PASS, check.outcome(), check.says());
        assertTrue(check.says().contains("too few requests, or none on stable, of 2 values"), check.says());
        assertTrue(check.says().contains("/new has "), check.says());
    }

    @Test
    void aValueThatComesLaterIsJudgedAsWell() {
        BrokenDown service = new BrokenDown(SEQUENTIAL);
        for (int tick = 0; tick < 40; tick++) {
            service.serve(CANARY, "/cart", 1, 1_000).serve(STABLE, "/cart", 18, 9_000);
            if (tick >= 30) {
                service.serve(CANARY, "/late", 41, 1_000).serve(STABLE, "/late", 18, 9_000);
            }
            service.tick();
            if (tick == 29) {
                assertEquals(
                        CheckOutcome.PASS,
                        service.check(SEQUENTIAL).outcome(),
                        service.check(SEQUENTIAL).says());
            }
        }
        assertEquals(CheckOutcome.FAIL, service.check(SEQUENTIAL).outcome());
        assertTrue(
                service.check(SEQUENTIAL).says().contains("/late"),
                service.check(SEQUENTIAL).says());
    }

    @Test
    void thousandsOfValuesAreTwentyAndTheOthers() {
        BrokenDown service = new BrokenDown(SEQUENTIAL);
        for (int tick = 0; tick < 3; tick++) {
            for (int route = 0; route < 900; route++) {
                boolean big = route % 45 == 0;
                // A route that grows later does not push out another one.
                double size = route == 1 && tick > 0 ? 100_000 : big ? 1_000 : 10;
                service.serve(CANARY, "/r" + route, 0, size / 10).serve(STABLE, "/r" + route, 0, size);
            }
            service.tick();
            assertEquals(
                    20,
                    service.evidence().values("route").stream()
                            .filter(v -> !v.isEmpty())
                            .count());
            assertEquals(
                    21,
                    service.readings()
                            .get(SEQUENTIAL.query(CANARY).by("route"))
                            .parts()
                            .size());
        }
        assertFalse(service.evidence().values("route").contains("/r1"));
        MetricQuery requests = new MetricQuery(Criterion.REQUESTS, CANARY, BrokenDown.WINDOW).by("route");
        assertEquals(
                879 * 3 + 1 + 2 * 10_000,
                service.readings().get(requests).parts().get(Breakdown.OTHERS),
                1e-6);
    }

    @Test
    void boundingTwiceChangesNothing() {
        BrokenDown service = new BrokenDown(SEQUENTIAL);
        for (int route = 0; route < 50; route++) {
            service.serve(CANARY, "/r" + route, 1, 10 + route).serve(STABLE, "/r" + route, 1, 1_000 + route);
        }
        service.serve(CANARY, "", 1, 10).tick();
        Map<MetricQuery, Reading> once = new HashMap<>(service.readings());
        assertEquals(once, LabelValues.bounded(once, service.evidence()));
        assertEquals(once, LabelValues.bounded(once, EvidenceFold.NONE));
    }

    /** Of many values none is chosen, and none put to the others, while nobody knows which matter. */
    @Test
    void aTickWithoutStablesRequestsChoosesNoValues() {
        BrokenDown service = new BrokenDown(SEQUENTIAL);
        for (int route = 0; route < 50; route++) {
            service.serve(CANARY, "/r" + route, 1, 10 + route).serve(STABLE, "/r" + route, 1, 1_000 - route);
        }
        Map<MetricQuery, Reading> blind = new HashMap<>(service.tick().readings());
        blind.replaceAll((q, r) -> q.track() == STABLE && q.metric().equals(Criterion.REQUESTS)
                ? Reading.unavailable("connection refused")
                : r);
        Reading none = LabelValues.bounded(blind, EvidenceFold.NONE)
                .get(SEQUENTIAL.query(CANARY).by("route"));
        assertEquals(Reading.Status.UNAVAILABLE, none.status());
        Reading known = LabelValues.bounded(blind, service.evidence())
                .get(SEQUENTIAL.query(CANARY).by("route"));
        assertEquals(20, known.parts().size());
        assertTrue(known.parts().containsKey("/r0"), known.toString());
        assertFalse(known.parts().containsKey(Breakdown.OTHERS), known.toString());
    }

    @Test
    void aMissingLabelIsNoDataWithTheReason() {
        BrokenDown service = new BrokenDown(SEQUENTIAL)
                .serve(CANARY, "", 1, 1_000)
                .serve(STABLE, "/cart", 1, 1_000)
                .tick();
        Check check = service.check(SEQUENTIAL);
        assertEquals(CheckOutcome.NO_DATA, check.outcome());
        assertEquals("error-rate by route (canary): no data, no series has the label 'route'", check.says());
    }

    @Test
    void valuesFromStrangersAreCutAndOnOneLine() {
        String evil = "/a\u001b[31m\n\u202e" + "x".repeat(150);
        Check check = new BrokenDown(MAX).serve(CANARY, evil, 50, 1_000).tick().check(MAX);
        assertTrue(check.says().startsWith("error-rate by route: /a x"), check.says());
        assertTrue(check.says().contains("xxx...: 5% ("), check.says());
        assertTrue(check.says().chars().noneMatch(Character::isISOControl), check.says());
        Check long_ = new BrokenDown(MAX)
                .serve(CANARY, "y".repeat(201), 50, 1_000)
                .tick()
                .check(MAX);
        assertTrue(long_.says().startsWith("error-rate by route: others: 5%"), long_.says());
    }

    /** Of twenty endpoints one, with 2% of the requests, fails 4.1% instead of 0.2%: all together 0.28%. */
    @Test
    void oneBrokenEndpointOfTwentyDoesNotHideInTheAverage() {
        int releases = 60;
        int caught = 0;
        int seenTogether = 0;
        int stopped = 0;
        for (int release = 0; release < releases; release++) {
            Random random = new Random(release);
            caught += isStopped(SEQUENTIAL, 0.041, random) ? 1 : 0;
            seenTogether += isStopped(TOGETHER, 0.041, random) ? 1 : 0;
            stopped += isStopped(SEQUENTIAL, 0.002, random) ? 1 : 0;
        }
        String figures =
                caught + " caught, " + seenTogether + " by all requests together, " + stopped + " good stopped";
        assertTrue(caught >= 0.9 * releases, figures);
        assertTrue(seenTogether <= 0.1 * releases, figures);
        assertTrue(stopped <= 0.02 * releases, figures);
    }

    /** 30 minutes of 100 requests a second, of which the canary gets 10%. */
    private static boolean isStopped(Criterion criterion, double broken, Random random) {
        BrokenDown service = new BrokenDown(criterion);
        for (int tick = 0; tick < 30; tick++) {
            for (int route = 0; route < 20; route++) {
                int requests = route == 7 ? 120 : 309;
                for (Track track : Track.VERSIONS) {
                    int n = track == CANARY ? requests : 9 * requests;
                    double rate = track == CANARY && route == 7 ? broken : 0.002;
                    service.serve(track, "/r" + route, failures(n, rate, random), n);
                }
            }
            if (service.tick().check(criterion).outcome() == CheckOutcome.FAIL) {
                return true;
            }
        }
        return false;
    }

    private static int failures(int requests, double rate, Random random) {
        return BinomialDistribution.of(requests, rate).inverseCumulativeProbability(random.nextDouble());
    }
}
