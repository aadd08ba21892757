package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.Measured;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.MetricRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics that a plan's charts show: each that a criterion or an abort rule looks at, once for each window. */
final class SeriesIndex {

    private final List<MetricRow> rows = new ArrayList<>();
    private final Map<MetricQuery, Integer> index = new LinkedHashMap<>();

    SeriesIndex(CanaryPlan plan) {
        plan.phases().forEach(phase -> phase.gate().forEach(this::add));
        AbortRule.criteria(plan.abort()).forEach(this::add);
        if (plan.watch() != null) {
            plan.watch().criteria().forEach(this::add);
            AbortRule.criteria(plan.watch().abort()).forEach(this::add);
        }
    }

    private void add(Criterion criterion) {
        MetricQuery canary = criterion.query(Track.CANARY);
        if (!index.containsKey(canary)) {
            index.put(canary, rows.size());
            String label = criterion.metric().label();
            boolean known = rows.stream().anyMatch(r -> r.label().equals(label));
            String title = known ? label + " over " + Units.print(canary.window()) : label;
            rows.add(new MetricRow(canary.key(), title, criterion.unit()));
        }
    }

    List<MetricRow> rows() {
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
        for (double[] ofTrack : values) {
            Arrays.fill(ofTrack, Double.NaN);
        }
        boolean[] read = new boolean[rows.size()];
        for (Measured m : tick.readings()) {
            Integer i = index.get(m.query().of(Track.CANARY));
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
        if (m.by() != null) {
            return null;
        }
        List<MetricQuery> same = index.keySet().stream()
                .filter(q -> q.metric().equals(m.metric()))
                .toList();
        return same.size() == 1 ? index.get(same.get(0)) : null;
    }
}
