package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Detectability;
import io.jenkins.plugins.canary.engine.judge.LatencyPower;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** What is known of a service before a rollout: told, or read from the plan's Prometheus. */
final class ServiceOptions extends MetricOptions {

    private static final Duration LOOK_BACK = Duration.ofHours(1);
    private static final Metric REQUEST_RATE = Metric.of("request-rate");
    private static final Metric ERROR_RATE = Metric.of("error-rate");
    private static final Metric MEDIAN = new Metric("latency", 0.5);
    private static final Metric P99 = new Metric("latency", 0.99);

    @Option(
            names = "--rps",
            paramLabel = "N",
            description = "requests per second of the service: computes what each phase can detect")
    private Double requestsPerSecond;

    @Option(
            names = "--error-rate",
            paramLabel = "P",
            converter = Share.class,
            description = "usual error rate, such as 0.2%%")
    private Double errorRate;

    @Option(names = "--latency-median", paramLabel = "T", description = "usual median latency, such as 80ms")
    private Duration median;

    @Option(names = "--latency-p99", paramLabel = "T", description = "usual p99 latency")
    private Duration p99;

    @Option(
            names = "--measure",
            description = "read missing figures from the stable version's last hour in the plan's Prometheus")
    private boolean measure;

    @Option(
            names = "--catch",
            paramLabel = "P",
            converter = Share.class,
            description = "the error rate that every phase should catch; default 1%%, or three times the usual one")
    private Double wanted;

    boolean given() {
        return measure
                || requestsPerSecond != null
                || errorRate != null
                || median != null
                || p99 != null
                || wanted != null;
    }

    PowerAnalysis powerAnalysis(CanaryPlan plan) throws Failure, MetricException {
        Map<MetricQuery, Reading> read = measure ? measured(plan) : Map.of();
        double rate = known(requestsPerSecond, REQUEST_RATE, read, "--rps");
        double errors = known(errorRate, ERROR_RATE, read, "--error-rate");
        boolean latency = median != null || p99 != null || value(MEDIAN, read) != null && value(P99, read) != null;
        try {
            return new PowerAnalysis(
                    new Detectability(rate, errors),
                    !latency
                            ? null
                            : new LatencyPower(
                                    known(seconds(median), MEDIAN, read, "--latency-median"),
                                    known(seconds(p99), P99, read, "--latency-p99")),
                    wanted != null ? wanted : PowerAnalysis.usuallyWanted(errors));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private double known(Double given, Metric metric, Map<MetricQuery, Reading> read, String option) throws Failure {
        Double value = given != null ? given : value(metric, read);
        if (value != null) {
            return value;
        }
        throw Failure.usage("what a phase can detect depends on " + option + ", which is missing"
                + (measure
                        ? " and could not be read: " + read.get(query(metric)).detail()
                        : "; give it, or --measure"));
    }

    private static Double value(Metric metric, Map<MetricQuery, Reading> read) {
        Reading reading = read.get(query(metric));
        return reading == null || !reading.ok() ? null : Double.valueOf(reading.value());
    }

    private static Double seconds(Duration d) {
        return d == null ? null : d.toNanos() / 1e9;
    }

    private static MetricQuery query(Metric metric) {
        return new MetricQuery(metric, Track.STABLE, LOOK_BACK);
    }

    private Map<MetricQuery, Reading> measured(CanaryPlan plan) throws Failure, MetricException {
        if (!(plan.metrics().source() instanceof SourceSettings.Prometheus)) {
            throw Failure.usage("--measure reads the last hour, which only a Prometheus server keeps: give --rps and "
                    + "--error-rate instead");
        }
        Set<MetricQuery> queries = new LinkedHashSet<>();
        List.of(REQUEST_RATE, ERROR_RATE, MEDIAN, P99).forEach(metric -> queries.add(query(metric)));
        try (MetricSource source = open(plan)) {
            return source.read(queries, LiveRuntimeServices.CLOCK.instant()).join();
        }
    }
}
