package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.rollout.PolicySimulator;
import java.time.Duration;

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
        Recording recording = trace.recording();
        PolicySimulator replay = new PolicySimulator(plan, recording.at(-1));
        double[] stops = new double[Trace.TICKS];
        for (int tick = 0; tick < stops.length && !replay.over(); tick++) {
            long at = recording.at(tick);
            Duration counted = replay.counted(at);
            replay.tick(at, recording.readings(tick, replay.queries(at), counted), counted);
            stops[tick] = replay.over() ? 1 : 0;
        }
        return new double[][] {stops};
    }
}
