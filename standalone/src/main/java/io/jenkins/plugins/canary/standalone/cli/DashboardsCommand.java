package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.monitoring.Dashboards;
import io.jenkins.plugins.canary.engine.report.monitoring.Signals;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary dashboards PLAN --out DIR}. */
// Not the standard help options: --version is the release's here.
@Command(
        name = "dashboards",
        description = "Writes a Grafana dashboard, Prometheus recording rules and alerts, and an "
                + "Alertmanager route for a plan, from the queries that its gates use.")
final class DashboardsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = ".", description = "where to; default ${DEFAULT-VALUE}")
    private Path out;

    @Option(
            names = "--version",
            paramLabel = "V",
            defaultValue = "",
            description = "the new version, for plans whose labels use {{version}}")
    private String version;

    @Option(
            names = "--pagerduty-key-file",
            paramLabel = "FILE",
            description = "file on the Alertmanager's machine with the PagerDuty key; default none")
    private String pagerDutyKey;

    @Option(names = "--webhook", paramLabel = "URL", description = "receiver of every alert; default none")
    private String webhook;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        CanaryPlan plan = PlanFile.read(file.toString(), PlanFile.text(file), err);
        Signals signals;
        try {
            signals = Signals.of(plan, SourceContext.of(plan.target(), version, new LocalSecrets()));
        } catch (MetricException e) {
            throw new Failure(
                    Exit.USAGE,
                    e.getMessage()
                            + (version.isEmpty() && e.getMessage().contains("{{version}}") ? "; add --version" : ""));
        }
        for (Map.Entry<String, String> f :
                Dashboards.files(signals, pagerDutyKey, webhook).entrySet()) {
            Path to = out.resolve(f.getKey());
            try {
                Files.createDirectories(out);
                Files.writeString(to, f.getValue());
            } catch (IOException e) {
                throw new Failure(Exit.INFRASTRUCTURE, to + " cannot be written: " + e.getMessage());
            }
            spec.commandLine().getOut().println(to);
        }
        if (!signals.left().isEmpty()) {
            err.println("canary: left out, because they are not PromQL: " + String.join(", ", signals.left()));
        }
        return Exit.FINE;
    }
}
