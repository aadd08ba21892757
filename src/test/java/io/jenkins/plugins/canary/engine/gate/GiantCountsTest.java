package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.ValueRange;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A source counts more requests than there are on earth from a phase's first tick on, and then what there really was: the
 * canary's harm is found as if the former had never been said. No rate before it and no router bounds such a count.
 */
class GiantCountsTest {

    private static final long START = 10_000_000;
    private static final long TICK = 15_000;
    /** Of ticks, from the first honest one, in which harm of one request in ten must be found. */
    private static final int FEW = 4;

    private static final Random RANDOM = new Random(209);

    private EvidenceFold fold;
    private Criterion criterion;
    private int tick;

    private void open(Judge.Test test) {
        criterion = new Criterion(
                Metric.of("error-rate"),
                Unit.RATIO,
                null,
                null,
                Versus.by(new Judge(
                        test, new Comparison(Direction.INCREASE, 0.5, 0.999, Unit.RATIO), CountTest.DEFAULT_FLOOR)),
                0,
                NoDataPolicy.HOLD,
                null,
                Duration.ofMinutes(1));
        fold = EvidenceFold.open(START, List.of(criterion), Duration.ofMillis(TICK), null, c -> 1);
        tick = 0;
    }

    /** One tick of 20 requests a second on canary and 180 on stable; the tracks in {@code giants} count another number. */
    private boolean harm(double errors, Set<Track> giants, LongUnaryOperator giant) {
        long at = START + ++tick * TICK;
        Duration window = fold.window(at);
        Map<MetricQuery, Double> values = new HashMap<>();
        for (Track track : Track.VERSIONS) {
            double honest = window.toSeconds() * (track == Track.CANARY ? 20.0 : 180);
            values.put(
                    new MetricQuery(Criterion.REQUESTS, track, window),
                    giants.contains(track) ? giant.applyAsLong(tick) : honest);
            values.put(new MetricQuery(criterion.metric(), track, window), track == Track.CANARY ? errors : 0.001);
        }
        fold = fold.tick(at, values, window, null);
        return fold.of(criterion).judgment(criterion).verdict().harm();
    }

    private void foundAfter(int giantTicks, Set<Track> giants, LongUnaryOperator giant) {
        String what = criterion.versus().judge().test() + ", " + giantTicks + " ticks of giants on " + giants;
        for (int i = 0; i < giantTicks; i++) {
            boolean harm = harm(0.001, giants, giant);
            assertTrue(!harm, what + ": equal versions were told apart at tick " + tick);
        }
        for (int i = 1; i <= FEW; i++) {
            if (harm(0.1, Set.of(), giant)) {
                return;
            }
        }
        throw new AssertionError(what + ": ten failures in a hundred were not found in " + FEW + " ticks; "
                + fold.of(criterion).judgment(criterion).explanation() + "; " + fold.of(criterion));
    }

    private void foundWhicheverCounts(Judge.Test test, LongUnaryOperator giant) {
        for (int ticks : List.of(1, 2, 3, 5, 8)) {
            for (Set<Track> giants : List.of(EnumSet.allOf(Track.class), Set.of(Track.CANARY), Set.of(Track.STABLE))) {
                open(test);
                foundAfter(ticks, giants, giant);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COUNTS", "SEQUENTIAL"})
    void theLargestCountFromTheFirstTick(Judge.Test test) {
        foundWhicheverCounts(test, tick -> (long) ValueRange.LARGEST_COUNT);
    }

    @ParameterizedTest
    @EnumSource(names = {"COUNTS", "SEQUENTIAL"})
    void giantsThatDiffer(Judge.Test test) {
        foundWhicheverCounts(test, tick -> (long) Math.pow(10, 4 + 11 * RANDOM.nextDouble()));
    }

    @ParameterizedTest
    @EnumSource(names = {"COUNTS", "SEQUENTIAL"})
    void giantsThatGrowWithTheWindow(Judge.Test test) {
        foundWhicheverCounts(test, tick -> tick * 1_000_000_000_000L);
    }

    /** After an hour, and after a resume, counts begin anew and what was counted is carried on. */
    @ParameterizedTest
    @EnumSource(names = {"COUNTS", "SEQUENTIAL"})
    void giantsThatWereCarriedOn(Judge.Test test) {
        open(test);
        for (int i = 0; i < 6; i++) {
            harm(0.001, EnumSet.allOf(Track.class), t -> (long) ValueRange.LARGEST_COUNT);
        }
        fold = fold.anew(START + tick * TICK);
        foundAfter(0, Set.of(), t -> 0);
    }

    /** Of the requests added to the sequence more than half are of the window that is over, and no giants. */
    @Test
    void giantsAfterAResume() {
        open(Judge.Test.SEQUENTIAL);
        for (int i = 0; i < 40; i++) {
            harm(0.001, EnumSet.allOf(Track.class), t -> 700_000);
        }
        fold = fold.anew(START + tick * TICK);
        foundAfter(40, EnumSet.allOf(Track.class), t -> 700_000);
    }
}
