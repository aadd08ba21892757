package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreTest {

    private static final Score SCORE = new Score(Map.of("errors", 60.0, "latency", 40.0), 95, 75, Score.MIN_DATA);

    private static Score.Judged judged(String name, String group, Verdict verdict) {
        return judged(new Score.Metric(name, List.of(group), false, false, null), verdict, 1.2);
    }

    private static Score.Judged judged(Score.Metric metric, Verdict verdict, double ratio) {
        return new Score.Judged(
                metric,
                new Judgment(
                        verdict,
                        0,
                        Judgment.Interval.NONE,
                        1,
                        new Judgment.Effect(0.5, ratio),
                        new Judgment.Sizes(9, 9),
                        "",
                        0));
    }

    private static Score.Result score(Score.Judged... metrics) {
        return SCORE.of(List.of(metrics));
    }

    @Test
    void groupsCountByTheirWeight() {
        Score.Result all = score(judged("5xx", "errors", Verdict.PASS), judged("p99", "latency", Verdict.PASS));
        assertEquals(Score.Mark.PASS, all.mark());
        assertEquals(100, all.score());
        // Half of the latency group failed: 60 + 20.
        Score.Result half = score(
                judged("5xx", "errors", Verdict.PASS),
                judged("p99", "latency", Verdict.HIGH),
                judged("p50", "latency", Verdict.PASS));
        assertEquals(80, half.score(), 1e-12);
        assertEquals(Score.Mark.MARGINAL, half.mark());
        assertTrue(half.explanation().contains("failed: p99 (HIGH)"), half.explanation());
        assertEquals(
                Score.Mark.FAIL,
                score(judged("5xx", "errors", Verdict.LOW), judged("p99", "latency", Verdict.PASS))
                        .mark());
    }

    @Test
    void unweightedGroupsShareWhatIsLeft() {
        Score.Result r = new Score(Map.of("errors", 50.0), 95, 75, Score.MIN_DATA)
                .of(List.of(
                        judged("e", "errors", Verdict.PASS),
                        judged("a", "cpu", Verdict.HIGH),
                        judged("b", "heap", Verdict.PASS)));
        assertEquals(75, r.score(), 1e-12);
        assertEquals(Score.Mark.MARGINAL, r.mark(), "75 reaches the mark of 75");
    }

    @Test
    void missingDataNeverHelps() {
        assertEquals(Score.Mark.NODATA, score().mark());
        assertEquals(
                Score.Mark.NODATA,
                score(judged("5xx", "errors", Verdict.NODATA)).mark());
        // 60 of 100 percent of the weight is blind.
        assertEquals(
                Score.Mark.NODATA,
                score(judged("5xx", "errors", Verdict.NODATA), judged("p99", "latency", Verdict.PASS))
                        .mark());
        Score.Result rest = score(judged("5xx", "errors", Verdict.PASS), judged("p99", "latency", Verdict.NODATA));
        assertEquals(100, rest.score(), "the blind group's weight goes to the others");
        Score.Metric must = new Score.Metric("p99", List.of("latency"), false, true, null);
        assertEquals(
                60,
                score(judged("5xx", "errors", Verdict.PASS), judged(must, Verdict.NODATA, 1))
                        .score(),
                1e-12);
    }

    private static List<Score.Judged> one(String group, Verdict verdict, int blind, String others) {
        List<Score.Judged> metrics = new ArrayList<>(List.of(judged("a", group, verdict)));
        for (int i = 0; i < blind; i++) {
            metrics.add(judged("b" + i, others, Verdict.NODATA));
        }
        return metrics;
    }

    /** One metric that passes beside nine without data is no 100, in one group, in groups of their own, or beside a light one. */
    @Test
    void tooFewMetricsWithDataAreNoScore() {
        Score even = new Score(Map.of(), 95, 75, Score.MIN_DATA);
        Score.Result oneGroup = even.of(one("errors", Verdict.PASS, 9, "errors"));
        assertEquals(Score.Mark.NODATA, oneGroup.mark());
        assertEquals(
                "1 of 10 criteria have data, with 10 of 100 percent of the weight; a score needs 50% of both",
                oneGroup.explanation());
        assertEquals(
                Score.Mark.NODATA,
                new Score(Map.of("errors", 90.0, "system", 10.0), 95, 75, Score.MIN_DATA)
                        .of(one("errors", Verdict.PASS, 9, "system"))
                        .mark());
        assertEquals(
                Score.Mark.NODATA,
                new Score(Map.of("errors", 10.0, "system", 90.0), 95, 75, Score.MIN_DATA)
                        .of(one("errors", Verdict.PASS, 1, "system"))
                        .mark());
        assertEquals(
                Score.Mark.NODATA,
                even.of(one("errors", Verdict.HIGH, 9, "errors")).mark());
    }

    @Test
    void theShareThatMustHaveDataIsReachedByItself() {
        Score half = new Score(Map.of(), 95, 75, 0.5);
        assertEquals(Score.Mark.PASS, half.of(one("e", Verdict.PASS, 1, "e")).mark());
        assertEquals(Score.Mark.NODATA, half.of(one("e", Verdict.PASS, 2, "e")).mark());
        assertEquals(
                Score.Mark.PASS,
                new Score(Map.of(), 95, 75, 0.3)
                        .of(one("e", Verdict.PASS, 2, "e"))
                        .mark());
        assertEquals(
                Score.Mark.PASS,
                new Score(Map.of(), 95, 75, 0)
                        .of(one("e", Verdict.PASS, 9, "e"))
                        .mark());
        assertEquals(
                Score.Mark.NODATA,
                new Score(Map.of(), 95, 75, 1)
                        .of(one("e", Verdict.PASS, 1, "e"))
                        .mark());
        assertThrows(IllegalArgumentException.class, () -> new Score(Map.of(), 95, 75, 1.5));
    }

    @Test
    void aCriticalMetricDecidesAlone() {
        Score.Metric critical = new Score.Metric("5xx", List.of("errors"), true, false, null);
        Score.Result failed = score(judged(critical, Verdict.HIGH, 1.2), judged("p99", "latency", Verdict.PASS));
        assertEquals(Score.Mark.FAIL, failed.mark());
        assertEquals(0, failed.score());
        assertEquals(
                Score.Mark.NODATA,
                SCORE.of(List.of(
                                judged(critical, Verdict.NODATA, 1),
                                judged("4xx", "errors", Verdict.PASS),
                                judged("p99", "latency", Verdict.PASS)))
                        .mark());
        Score.Metric tolerant = new Score.Metric(
                "5xx", List.of("errors"), true, false, new EffectSize(EffectSize.Measure.MEAN_RATIO, 1, 1, 2, 0.5));
        assertEquals(
                40,
                score(judged(tolerant, Verdict.HIGH, 1.2), judged("p99", "latency", Verdict.PASS))
                        .score(),
                1e-12);
        assertEquals(
                0,
                score(judged(tolerant, Verdict.HIGH, 2.5), judged("p99", "latency", Verdict.PASS))
                        .score());
        assertEquals(
                0,
                score(judged(tolerant, Verdict.HIGH, Double.NaN), judged("p99", "latency", Verdict.PASS))
                        .score());
    }

    @Test
    void marksAndWeightsThatMakeNoSenseAreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new Score(Map.of("a", 70.0, "b", 40.0), 95, 75, Score.MIN_DATA));
        assertThrows(IllegalArgumentException.class, () -> new Score(Map.of("a", -1.0), 95, 75, Score.MIN_DATA));
        assertThrows(IllegalArgumentException.class, () -> new Score(Map.of(), 75, 95, Score.MIN_DATA));
    }
}
