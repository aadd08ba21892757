package io.jenkins.plugins.canary.dashboard;

import io.jenkins.plugins.canary.build.Guard;
import io.jenkins.plugins.canary.build.LiveRollout;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.Answer;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the open rollouts are at, read at the scrape: as many series as there are open rollouts and criteria. */
final class OpenGauges {

    private OpenGauges() {}

    static MetricSnapshots read() {
        Map<Status, Integer> byStatus = new EnumMap<>(Status.class);
        GaugeSnapshot.Builder weights = gauge("canary_rollout_weight_percent",
                "Percent of the requests that the canary of an open rollout gets.");
        GaugeSnapshot.Builder values = gauge("canary_check_value",
                "Value of a criterion at the last tick, in its metric's unit.");
        GaugeSnapshot.Builder passing = gauge("canary_check_passing",
                "1 when the criterion passed at the last tick, 0 when it failed; absent without data.");
        for (LiveRollout rollout : Guard.get().open()) {
            RolloutView view = rollout.view();
            if (view == null) {
                continue;
            }
            RolloutState state = view.state();
            byStatus.merge(state.status(view.plan()), 1, Integer::sum);
            Labels who = Labels.of("rollout", rollout.id(), "name", rollout.name());
            weights.dataPoint(point(who, state.weight().percent()));
            for (Answer.CriterionRow row :
                    view.answer(view.seq(), -1, 0, Person.reader(""), false, null).criteria()) {
                Labels what = who.add("criterion", row.label());
                if (row.value() != null) {
                    values.dataPoint(point(what, row.value()));
                }
                if (row.outcome() != null) {
                    switch (row.outcome()) {
                        case PASS -> passing.dataPoint(point(what, 1));
                        case FAIL -> passing.dataPoint(point(what, 0));
                        case NO_DATA, UNAVAILABLE -> { }
                    }
                }
            }
        }
        GaugeSnapshot.Builder counts = gauge("canary_open_rollouts", "Open rollouts, by what they do.");
        for (Status status : Status.values()) {
            if (!status.terminal()) {
                counts.dataPoint(point(Labels.of("status", status.name().toLowerCase(Locale.ROOT)),
                        byStatus.getOrDefault(status, 0)));
            }
        }
        return new MetricSnapshots(counts.build(), weights.build(), values.build(), passing.build());
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
