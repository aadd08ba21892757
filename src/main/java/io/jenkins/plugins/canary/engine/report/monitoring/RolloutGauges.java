package io.jenkins.plugins.canary.engine.report.monitoring;

import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What open rollouts are at, as Prometheus reads it: as many series as there are rollouts and criteria. For one scrape. */
public final class RolloutGauges {

    private final Map<OwnSeries, GaugeSnapshot.Builder> gauges = new EnumMap<>(OwnSeries.class);
    private final Map<Status, Integer> byStatus = new EnumMap<>(Status.class);

    public RolloutGauges() {
        for (OwnSeries own : OwnSeries.values()) {
            gauges.put(own, GaugeSnapshot.builder().name(own.series).help(own.help));
        }
    }

    /** @param name of the rollout: the plan's, unless the step that began it gave another one */
    public void add(String id, String name, RolloutView view) {
        RolloutState s = view.state();
        if (s.isEnded()) {
            return;
        }
        byStatus.merge(s.status(view.plan()), 1, Integer::sum);
        Labels who = Labels.of("rollout", id, "name", name);
        put(OwnSeries.WEIGHT, who, s.weight().percent());
        put(OwnSeries.PHASE, who, s.phase() + 1);
        if (s.evidence().lastTickAt() != 0) {
            put(OwnSeries.TICKED, who, s.evidence().lastTickAt() / 1000.0);
        }
        put(OwnSeries.PHASES, who, view.plan().phases().size());
        Double share = view.traffic().share();
        if (share != null) {
            put(OwnSeries.SHARE, who, share);
        }
        if (s.phase() >= 0) {
            Phase phase = s.current(view.plan());
            put(OwnSeries.LIMIT, who, s.capped(view.plan(), phase.weight()).percent());
            put(OwnSeries.BEGAN, who, s.position().appliedAt() / 1000.0);
            put(OwnSeries.DEADLINE, who, phase.deadline().toMillis() / 1000.0);
            double hold = phase.hold().toMillis();
            put(
                    OwnSeries.GREEN,
                    who,
                    hold == 0 ? 1 : Math.min(1, s.evidence().gate().greenMillis() / hold));
        }
        view.criteria().forEach(row -> add(who.add("criterion", row.label()), row));
    }

    private void add(Labels what, RolloutStatusResponse.CriterionRow row) {
        if (row.value() != null) {
            put(OwnSeries.VALUE, what, row.value());
        }
        if (row.outcome() != null) {
            boolean judged = row.outcome() == CheckOutcome.PASS || row.outcome() == CheckOutcome.FAIL;
            put(OwnSeries.BLIND, what, judged ? 0 : 1);
            if (judged) {
                put(OwnSeries.PASSING, what, row.outcome() == CheckOutcome.PASS ? 1 : 0);
            }
        }
    }

    private void put(OwnSeries name, Labels labels, double value) {
        gauges.get(name).dataPoint(new GaugeDataPointSnapshot(value, labels, null));
    }

    public MetricSnapshots read() {
        for (Status status : Status.values()) {
            if (!status.terminal()) {
                Labels labels = Labels.of("status", status.name().toLowerCase(Locale.ROOT));
                put(OwnSeries.OPEN, labels, byStatus.getOrDefault(status, 0));
            }
        }
        return new MetricSnapshots(
                gauges.values().stream().map(GaugeSnapshot.Builder::build).toArray(GaugeSnapshot[]::new));
    }
}
