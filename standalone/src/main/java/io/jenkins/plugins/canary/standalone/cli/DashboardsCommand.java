package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.monitoring.Dashboards;
import io.jenkins.plugins.canary.engine.report.monitoring.Signals;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code canary dashboards PLAN --out DIR}. */
@Command(
        name = "dashboards",
        description = "Writes a Grafana dashboard, Prometheus recording rules and alerts, and an "
                + "Alertmanager route for a plan, from the queries that its gates use.")
final class DashboardsCommand extends PlanCommand {

    @Option(names = "--out", paramLabel = "DIR", defaultValue = ".", description = "where to; default ${DEFAULT-VALUE}")
    private Path out;

    @Mixin
    private MetricOptions metrics;

    @Option(
            names = "--pagerduty-key-file",
            paramLabel = "FILE",
            description = "file on the Alertmanager's machine with the PagerDuty key; default none")
    private String pagerDutyKey;

    @Option(names = "--webhook", paramLabel = "URL", description = "receiver of every alert; default none")
    private String webhook;

    @Override
    public Integer call() throws Exception {
        CanaryPlan plan = plan();
        Signals signals;
        try {
            signals = Signals.of(plan, metrics.context(plan));
        } catch (MetricException e) {
            boolean versionless = metrics.version.isEmpty() && e.getMessage().contains("{{version}}");
            throw Failure.usage(e.getMessage() + (versionless ? "; add --version" : ""));
        }
        Map<String, String> files = Dashboards.files(signals, pagerDutyKey, webhook);
        for (Map.Entry<String, String> f : files.entrySet()) {
            write(out, f.getKey(), f.getValue());
        }
        if (!signals.left().isEmpty()) {
            err().println("canary: left out, because they are not PromQL: " + String.join(", ", signals.left()));
        }
        return Exit.FINE;
    }
}
