package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import io.jenkins.plugins.canary.engine.report.backtest.FiringAlerts;
import io.jenkins.plugins.canary.engine.report.backtest.Incident;
import io.jenkins.plugins.canary.engine.report.backtest.IncidentFile;
import io.jenkins.plugins.canary.engine.report.backtest.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** Which incidents a backtest is held against, and which stops belong together. */
final class IncidentOptions {

    private static final String PROMETHEUS = "prometheus:";

    @Option(
            names = "--incidents",
            paramLabel = "FILE|prometheus:MATCHERS",
            description =
                    "known incidents, for precision and recall: CSV lines from,to,name, or a JSON list of objects with"
                            + " these keys; or the alerts that the server recorded as firing, such as prometheus:severity=\"page\"")
    private String incidents;

    @Option(
            names = "--margin",
            paramLabel = "D",
            description = "how long before and after a known incident a stop is still one of it; default 10m, or the"
                    + " longest window where that is longer")
    private Duration margin;

    @Option(
            names = "--gap",
            paramLabel = "D",
            defaultValue = "30m",
            description = "stops, and alerts, that are at most so far apart are one period; default ${DEFAULT-VALUE}")
    Duration gap;

    /** Reads the file, before anything is asked of a server; null when no file is named. */
    List<Incident> ofFile() throws Failure {
        if (incidents == null || incidents.startsWith(PROMETHEUS)) {
            return null;
        }
        try {
            return IncidentFile.parse(incidents, CliCommand.read(Path.of(incidents), 4, "a list of incidents"));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    /** Those of {@link #ofFile}, or else the firing alerts; null when neither is wanted. */
    List<Incident> known(List<Incident> ofFile, RangeReader source, Span span) throws Failure {
        if (incidents == null || ofFile != null) {
            return ofFile;
        }
        String matchers = incidents.substring(PROMETHEUS.length());
        List<Incident> fired;
        try {
            fired = FiringAlerts.read(source, matchers, span, gap);
        } catch (MetricException e) {
            throw Failure.infrastructure("the alerts cannot be read, by the query " + FiringAlerts.query(matchers)
                    + ": " + e.getMessage() + "; label matchers are written as in prometheus:severity=\"page\"");
        }
        if (fired.isEmpty()) {
            throw Failure.usage("no alert fired in that time, by the query " + FiringAlerts.query(matchers)
                    + ": choose other label matchers or a longer time, or name a file of incidents");
        }
        return fired;
    }

    /** @param longestWindow of the plan: for so long after an incident its metrics still show it */
    Duration margin(Duration longestWindow) {
        Duration usual = Duration.ofMinutes(10);
        return margin != null ? margin : usual.compareTo(longestWindow) > 0 ? usual : longestWindow;
    }
}
