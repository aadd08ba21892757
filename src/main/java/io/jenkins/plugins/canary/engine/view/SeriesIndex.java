package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.rollout.Measured;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics that a plan's charts show: each that a criterion or an abort rule looks at, once for each window. */
final class SeriesIndex {

    private final List<RolloutStatusResponse.MetricRow> rows = new ArrayList<>();
    private final Map<MetricQuery, Integer> index = new LinkedHashMap<>();

    SeriesIndex(CanaryPlan plan) {
        plan.phases().forEach(phase -> phase.gate().forEach(this::add));
        plan.abort().stream().map(AbortRule::criterion).filter(c -> c != null).forEach(this::add);
        if (plan.watch() != null) {
            watch(plan.watch());
        }
    }

    private void watch(Watch watch) {
        watch.criteria().forEach(this::add);
        watch.abort().stream().map(AbortRule::criterion).filter(c -> c != null).forEach(this::add);
    }

    private void add(Criterion criterion) {
        MetricQuery canary = criterion.query(Track.CANARY);
        if (!index.containsKey(canary)) {
            index.put(canary, rows.size());
            boolean known = rows.stream()
                    .anyMatch(r -> r.label().equals(criterion.metric().label()));
            rows.add(new RolloutStatusResponse.MetricRow(
                    canary.key(),
                    criterion.metric().label() + (known ? " over " + Units.print(canary.window()) : ""),
                    criterion.unit()));
        }
    }

    List<RolloutStatusResponse.MetricRow> rows() {
        return rows;
    }

    /** The id of the series that shows a criterion's metric. */
    String series(Criterion criterion) {
        return criterion.query(Track.CANARY).key();
    }

    int index(Criterion criterion) {
        return index.get(criterion.query(Track.CANARY));
    }

    /** A tick's values by metric, first the canary's, then the stable track's; NaN where there is none. */
    double[][] values(RolloutEvent.Ticked tick) {
        double[][] values = new double[2][rows.size()];
        Arrays.fill(values[0], Double.NaN);
        Arrays.fill(values[1], Double.NaN);
        boolean[] read = new boolean[rows.size()];
        for (Measured m : tick.readings()) {
            Integer i = index.get(new MetricQuery(m.metric(), Track.CANARY, Duration.ofMillis(m.windowMillis())));
            if (i != null) {
                read[i] = true;
                put(values, i, m);
            }
        }
        for (Measured m : tick.readings()) {
            Integer i = onlyOne(m);
            if (i != null && !read[i]) {
                put(values, i, m);
            }
        }
        return values;
    }

    private static void put(double[][] values, int i, Measured m) {
        if (m.value() != null) {
            values[m.track() == Track.CANARY ? 0 : 1][i] = m.value();
        }
    }

    /** Where the plan's clocks ran faster than it says, windows were shorter: the only one of the metric is meant. */
    private Integer onlyOne(Measured m) {
        List<MetricQuery> same = index.keySet().stream()
                .filter(q -> q.metric().equals(m.metric()))
                .toList();
        return same.size() == 1 ? index.get(same.get(0)) : null;
    }
}
