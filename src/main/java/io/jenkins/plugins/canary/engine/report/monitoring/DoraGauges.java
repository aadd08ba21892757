package io.jenkins.plugins.canary.engine.report.monitoring;

import io.jenkins.plugins.canary.engine.report.DoraMetrics;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The figures of {@link DoraMetrics} as Prometheus reads them, by the rollouts' name. A figure of too few rollouts is absent. */
public final class DoraGauges {

    private DoraGauges() {}

    /** @param now milliseconds since the epoch */
    public static MetricSnapshots of(List<PastRollout> rollouts, long now) {
        GaugeSnapshot.Builder deployments =
                gauge("canary_dora_deployments", "Rollouts that were promoted or rolled back in the last 30 days.");
        GaugeSnapshot.Builder promoted =
                gauge("canary_dora_promoted", "Rollouts that were promoted in the last 30 days.");
        GaugeSnapshot.Builder failures = gauge(
                "canary_dora_change_failure_ratio",
                "Share of the rollouts of the last 30 days that were rolled back; absent below 20.");
        GaugeSnapshot.Builder lead = gauge(
                "canary_dora_lead_time_seconds",
                "Median time from the first commit to the promotion, of the last 30 days; absent below 5.");
        GaugeSnapshot.Builder restore = gauge(
                "canary_dora_time_to_restore_seconds",
                "Median time from the first failing check to all requests on stable, of the last 30 days; absent below 5.");
        rollouts.stream()
                .collect(Collectors.groupingBy(PastRollout::name, TreeMap::new, Collectors.toList()))
                .forEach((name, of) -> {
                    DoraMetrics m = DoraMetrics.of(of, now);
                    put(deployments, name, (double) m.deployments());
                    put(promoted, name, (double) m.promoted());
                    put(failures, name, m.changeFailureRate());
                    put(lead, name, seconds(m.leadTime()));
                    put(restore, name, seconds(m.timeToRestore()));
                });
        return new MetricSnapshots(
                deployments.build(), promoted.build(), failures.build(), lead.build(), restore.build());
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static Double seconds(DoraMetrics.Median median) {
        return median.millis() == null ? null : median.millis() / 1000.0;
    }

    private static void put(GaugeSnapshot.Builder gauge, String name, Double value) {
        if (value != null) {
            gauge.dataPoint(new GaugeDataPointSnapshot(value, Labels.of("name", name), null));
        }
    }
}
