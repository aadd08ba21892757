package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Columns;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.MarkRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.MetricRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.SeriesRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What the charts are drawn from: at most {@value #LONGEST} points, however long the rollout. When there are more,
 * each two neighbours become one, and from then on a point stands for twice as many ticks.
 */
final class Series {

    static final int LONGEST = 400;

    private final List<Point> points = new ArrayList<>();
    private long generation;
    private int ticksPerPoint = 1;
    /** Ticks that do not make a whole point yet; null when there are none. */
    private Point begun;
    /** The newest tick. */
    private Point last;

    void add(Point tick) {
        last = tick;
        begun = begun == null ? tick : begun.and(tick);
        if (begun.ticks() < ticksPerPoint) {
            return;
        }
        points.add(begun);
        begun = null;
        if (points.size() == LONGEST) {
            halve();
        }
    }

    private void halve() {
        List<Point> halved = new ArrayList<>();
        for (int i = 0; i < points.size(); i += 2) {
            halved.add(points.get(i).and(points.get(i + 1)));
        }
        points.clear();
        points.addAll(halved);
        ticksPerPoint *= 2;
        generation++;
    }

    int size() {
        return points.size();
    }

    /**
     * @param since the reader has all points up to this event
     * @param known the generation of the points that the reader has
     */
    SeriesRow answer(List<MetricRow> metrics, List<MarkRow> marks, long since, long known) {
        List<Point> fresh = known == generation
                ? points.stream().filter(p -> p.seq() > since).toList()
                : points;
        return new SeriesRow(
                generation,
                ticksPerPoint,
                metrics,
                columns(fresh, metrics.size()),
                begun == null ? null : columns(List.of(last), metrics.size()),
                marks);
    }

    private static Columns columns(List<Point> points, int metrics) {
        List<List<Double>> canary = new ArrayList<>();
        List<List<Double>> stable = new ArrayList<>();
        for (int i = 0; i < metrics; i++) {
            int metric = i;
            canary.add(column(points, p -> rounded(p.canaryValues()[metric])));
            stable.add(column(points, p -> rounded(p.stableValues()[metric])));
        }
        return new Columns(
                column(points, Point::at),
                column(points, Point::weight),
                column(points, p -> p.share() == null ? null : rounded(p.share())),
                canary,
                stable);
    }

    /** Nulls stay, which the lists of {@code Stream.toList} allow. */
    private static <T> List<T> column(List<Point> points, Function<Point, T> value) {
        return points.stream().map(value).toList();
    }

    /** Six digits are more than a chart shows, and a third of the bytes. */
    private static Double rounded(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(6)).doubleValue()
                : null;
    }
}
