package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.PolicySimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a plan over recorded metrics of a time that is taken to be good, rollout after rollout, each beginning where the one
 * before ended, with the very decisions of a rollout. Every roll back is a false alarm.
 */
public final class Backtest {

    private final CanaryPlan plan;
    private final double wanted;

    /**
     * @param step the time between ticks, in place of the plan's interval
     * @param wanted the share of good rollouts that may see a failing check, for the thresholds that are proposed
     */
    public Backtest(CanaryPlan plan, Duration step, double wanted) {
        Metrics m = plan.metrics();
        CanaryPlan metered = plan.unprobed();
        this.plan = metered.with(
                        new Metrics(
                                m.source(),
                                step,
                                m.scrapeInterval(),
                                m.maxAge(),
                                m.window(),
                                m.labels(),
                                m.pod(),
                                m.names(),
                                m.custom(),
                                m.sets(),
                                m.logs()),
                        metered.phases(),
                        metered.abort())
                .alone();
        this.wanted = wanted;
    }

    /**
     * @param failing the share of rollouts in which a check of this criterion failed
     * @param min in the criterion's unit, for the wanted rate; null when it has none
     */
    public record Proposal(Criterion criterion, double failing, Double min, Double max) {}

    /** All queries that a recording has to hold: those of every phase, and counts over windows of one step. */
    public Set<MetricQuery> queries() {
        Set<MetricQuery> all = new LinkedHashSet<>();
        for (int i = 0; i < plan.phases().size(); i++) {
            all.addAll(plan.queries(i));
        }
        for (Criterion c : criteria()) {
            if (c.counts()) {
                for (Track track : Track.VERSIONS) {
                    all.add(new MetricQuery(c.metric(), track, plan.metrics().interval()));
                    all.add(new MetricQuery(
                            Criterion.REQUESTS, track, plan.metrics().interval()));
                }
            }
        }
        return all;
    }

    /** For so long after an incident the metrics still show it. */
    public Duration longestWindow() {
        return queries().stream()
                .map(MetricQuery::window)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** The criteria of the gates and of the abort rules. */
    Set<Criterion> criteria() {
        Set<Criterion> all = new LinkedHashSet<>();
        plan.phases().stream().map(Phase::gate).forEach(all::addAll);
        all.addAll(AbortRule.criteria(plan.abort()));
        return all;
    }

    public BacktestReport run(Recording recording) {
        List<SimulatedRollout> rollouts = new ArrayList<>();
        List<int[]> spans = new ArrayList<>();
        List<Map<String, Integer>> failures = new ArrayList<>();
        int ticks = recording.ticks();
        int tick = 0;
        while (tick < ticks) {
            int first = tick;
            PolicySimulator replay = new PolicySimulator(plan, recording.at(tick));
            while (!replay.over() && ++tick < ticks) {
                long at = recording.at(tick);
                Duration counted = replay.counted(at);
                Map<MetricQuery, Reading> readings = recording.readings(tick, replay.queries(at), counted);
                replay.tick(at, readings, counted);
            }
            if (replay.over()) {
                spans.add(new int[] {first, tick});
                failures.add(replay.failures());
                rollouts.add(rollout(replay, recording.at(first), recording.at(tick)));
            }
        }
        List<Proposal> proposals = criteria().stream()
                .map(c -> proposal(c, recording, spans, failures))
                .toList();
        return new BacktestReport(ticks, rollouts, proposals);
    }

    private SimulatedRollout rollout(PolicySimulator replay, long began, long ended) {
        String phase = plan.phases().get(replay.phase()).name();
        return new SimulatedRollout(
                began,
                ended,
                phase,
                replay.promoted()
                        ? null
                        : new SimulatedRollout.Stop(
                                replay.failingSince(), replay.blamed(), replay.criterion(), replay.reason()));
    }

    /** The extreme of each rollout, and of those the one that all but the wanted share stay within. */
    private Proposal proposal(
            Criterion c, Recording recording, List<int[]> spans, List<Map<String, Integer>> failures) {
        long seen = failures.stream().filter(f -> f.containsKey(c.label())).count();
        double[] values = recording.values().getOrDefault(c.query(Track.CANARY), new double[0]);
        double[] highest = highest(spans, values);
        double[] lowest = highest(spans, Arrays.stream(values).map(v -> -v).toArray());
        Double min = c.min() == null || lowest.length == 0 ? null : Double.valueOf(-within(lowest));
        Double max = c.max() == null || highest.length == 0 ? null : Double.valueOf(within(highest));
        return new Proposal(c, spans.isEmpty() ? 0 : (double) seen / spans.size(), min, max);
    }

    /** The highest value of each span that has one, ascending. */
    private static double[] highest(List<int[]> spans, double[] values) {
        return spans.stream()
                .mapToDouble(s -> Arrays.stream(values, s[0], Math.min(values.length, s[1] + 1))
                        .filter(v -> !Double.isNaN(v))
                        .max()
                        .orElse(Double.NaN))
                .filter(v -> !Double.isNaN(v))
                .sorted()
                .toArray();
    }

    private double within(double[] ascending) {
        return ascending[Math.max(0, (int) Math.ceil((1 - wanted) * ascending.length) - 1)];
    }
}
