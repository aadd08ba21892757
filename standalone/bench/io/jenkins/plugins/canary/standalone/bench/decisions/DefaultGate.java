package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.rollout.PolicySimulator;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** This plugin with {@code abort: default}: the very decisions of a rollout, and no knob to turn. */
final class DefaultGate implements Method {

    private final CanaryPlan plan;

    DefaultGate() throws PlanException {
        plan = PlanReader.read("""
                name: decisions
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 30s, scrapeInterval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: Phase, weight: 10, hold: 10h, gate: [ { metric: requests, min: 0 } ] }
                abort: default
                """);
    }

    @Override
    public String name() {
        return "this plugin, `abort: default`";
    }

    @Override
    public double[] usual() {
        return new double[] {0};
    }

    @Override
    public double[][] signals(Trace trace) {
        double[] stops = new double[Trace.TICKS];
        stop(trace).ifPresent(stop -> stops[stop.tick()] = 1);
        return new double[][] {stops};
    }

    @Override
    public Optional<Stop> stop(Trace trace) {
        Recording recording = trace.recording();
        PolicySimulator replay = new PolicySimulator(plan, recording.at(-1));
        for (int tick = 0; tick < Trace.TICKS; tick++) {
            long at = recording.at(tick);
            Duration counted = replay.counted(at);
            Set<MetricQuery> asked = replay.queries(at);
            Map<MetricQuery, Reading> readings = recording.readings(tick, asked, counted);
            readings.putAll(trace.pods(tick, asked));
            readings.putAll(Past.readings(asked, trace.past()));
            replay.tick(at, readings, counted);
            if (replay.over()) {
                return Optional.of(new Stop(tick, metric(replay.blamed())));
            }
        }
        return Optional.empty();
    }

    /** Of "abort: not (slow-rate p75, sequential: ...)" the metric. */
    private static String metric(String rule) {
        return rule.replaceFirst("^abort: (not \\()?", "").replaceFirst("[,:].*", "");
    }
}
