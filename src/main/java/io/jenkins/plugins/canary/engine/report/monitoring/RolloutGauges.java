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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What open rollouts are at, as Prometheus reads it: as many series as there are rollouts and criteria. For one scrape. */
public final class RolloutGauges {

    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<Status, Integer> byStatus = new EnumMap<>(Status.class);

    public RolloutGauges() {
        gauge(OwnSeries.OPEN, "Open rollouts, by what they do.");
        gauge(OwnSeries.WEIGHT, "Percent of the requests that the canary of an open rollout gets.");
        gauge(OwnSeries.LIMIT, "The most that the phase and the cap let the canary have, in percent.");
        gauge(OwnSeries.SHARE, "The canary's share of the requests that the router counted since the last shift.");
        gauge(OwnSeries.PHASE, "Which phase is in force, the first being 1; 0 before it.");
        gauge(OwnSeries.PHASES, "How many phases the plan has.");
        gauge(OwnSeries.BEGAN, "When the phase began, in seconds since the epoch.");
        gauge(OwnSeries.DEADLINE, "How much time with data the phase may take before it has failed.");
        gauge(OwnSeries.GREEN, "For how much of its hold the phase's gate has been green, 0 to 1.");
        gauge(
                OwnSeries.TICKED,
                "When the last tick was decided, in seconds since the epoch; one that stands still is watched by nobody.");
        gauge(OwnSeries.VALUE, "Value of a criterion at the last tick, in its metric's unit.");
        gauge(
                OwnSeries.PASSING,
                "1 when the criterion passed at the last tick, 0 when it failed; absent without data.");
        gauge(OwnSeries.BLIND, "1 when the criterion had no data at the last tick, 0 when it had.");
    }

    private void gauge(String name, String help) {
        gauges.put(name, GaugeSnapshot.builder().name(name).help(help));
    }

    /**
     * @param id of the rollout
     * @param name of the rollout: the plan's, unless the step that began it gave another one
     */
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
            put(
                    OwnSeries.GREEN,
                    who,
                    phase.hold().isZero()
                            ? 1
                            : Math.min(
                                    1,
                                    s.evidence().gate().greenMillis()
                                            / (double) phase.hold().toMillis()));
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

    private void put(String name, Labels labels, double value) {
        gauges.get(name)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build());
    }

    public MetricSnapshots read() {
        for (Status status : Status.values()) {
            if (!status.terminal()) {
                put(
                        OwnSeries.OPEN,
                        Labels.of("status", status.name().toLowerCase(Locale.ROOT)),
                        byStatus.getOrDefault(status, 0));
            }
        }
        return new MetricSnapshots(
                gauges.values().stream().map(GaugeSnapshot.Builder::build).toArray(GaugeSnapshot[]::new));
    }
}
