package io.jenkins.plugins.canary.dashboard;

import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What the controller's open rollouts are at, read at the scrape. */
final class OpenGauges {

    private OpenGauges() {}

    static MetricSnapshots read() {
        RolloutGauges gauges = new RolloutGauges();
        for (LiveRollout rollout : RolloutManager.get().open()) {
            RolloutView view = rollout.view();
            if (view != null) {
                gauges.add(rollout.id(), rollout.name(), view);
            }
        }
        return gauges.read();
    }
}
