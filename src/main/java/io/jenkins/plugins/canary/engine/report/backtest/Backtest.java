package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
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
import java.util.LinkedHashMap;
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
                                m.names(),
                                m.custom(),
                                m.sets()),
                        metered.phases(),
                        metered.abort())
                .alone();
        this.wanted = wanted;
    }

    /**
     * What happened.
     *
     * @param rollouts begun and ended within the time; one that the time cut off is left out
     * @param byCause how many were stopped, by the criterion or rule to blame
     * @param reasons one example by cause
     * @param proposals thresholds that would have given the wanted rate, by criterion
     */
    public record Report(
            int ticks,
            int rollouts,
            int promoted,
            Map<String, Integer> byCause,
            Map<String, String> reasons,
            List<Proposal> proposals) {

        public double falseAlarms() {
            return rollouts == 0 ? Double.NaN : (double) (rollouts - promoted) / rollouts;
        }

        /** How often each criterion failed, and its threshold, as plain values that scripts and programs may keep. */
        public ArrayList<LinkedHashMap<String, Object>> criteria() {
            ArrayList<LinkedHashMap<String, Object>> all = new ArrayList<>();
            for (Proposal p : proposals) {
                LinkedHashMap<String, Object> one = new LinkedHashMap<>();
                one.put("criterion", p.criterion().label());
                one.put("failing", p.failing());
                one.put("min", p.min());
                one.put("max", p.max());
                all.add(one);
            }
            return all;
        }

        /**
         * What was found, for people.
         *
         * @param wanted the share of good releases that the proposed thresholds would stop
         */
        public List<String> lines(double wanted) {
            if (rollouts == 0) {
                return List.of("no rollout came to an end in " + Units.count(ticks, "tick")
                        + ": too short a time, or a phase that never had its data");
            }
            List<String> lines = new ArrayList<>();
            lines.add(Units.count(rollouts, "rollout") + " over " + Units.count(ticks, "tick") + ": "
                    + (rollouts - promoted) + " would have been stopped ("
                    + Units.print(falseAlarms(), Unit.RATIO) + ")");
            byCause.forEach((cause, n) -> lines.add("  " + n + " by " + cause + ", such as: " + reasons.get(cause)));
            lines.add("share of rollouts with a failing check, and the threshold for " + Units.print(wanted, Unit.RATIO)
                    + ":");
            proposals.forEach(p -> lines.add("  " + p.criterion().label() + ": " + Units.print(p.failing(), Unit.RATIO)
                    + (p.min() == null
                            ? ""
                            : "; min: " + Units.write(p.min(), p.criterion().unit()))
                    + (p.max() == null
                            ? ""
                            : "; max: " + Units.write(p.max(), p.criterion().unit()))));
            return lines;
        }
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
                for (Track track : Track.values()) {
                    all.add(new MetricQuery(c.metric(), track, plan.metrics().interval()));
                    all.add(new MetricQuery(
                            Criterion.REQUESTS, track, plan.metrics().interval()));
                }
            }
        }
        return all;
    }

    private Set<Criterion> criteria() {
        Set<Criterion> all = new LinkedHashSet<>();
        plan.phases().stream().map(Phase::gate).forEach(all::addAll);
        all.addAll(AbortRule.criteria(plan.abort()));
        return all;
    }

    public Report run(Recording recording) {
        Map<String, Integer> byCause = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        List<int[]> spans = new ArrayList<>();
        List<Map<String, Integer>> failures = new ArrayList<>();
        int promoted = 0;
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
                promoted += replay.promoted() ? 1 : 0;
                if (!replay.promoted()) {
                    byCause.merge(replay.blamed(), 1, Integer::sum);
                    reasons.putIfAbsent(replay.blamed(), replay.reason());
                }
            }
        }
        List<Proposal> proposals = criteria().stream()
                .map(c -> proposal(c, recording, spans, failures))
                .toList();
        return new Report(ticks, spans.size(), promoted, byCause, reasons, proposals);
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
