package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a backtest found.
 *
 * @param simulated rollouts begun and ended within the time, in its order; one that the time cut off is left out
 * @param proposals thresholds that would have given the wanted rate, by criterion
 */
public record BacktestReport(int ticks, List<SimulatedRollout> simulated, List<Backtest.Proposal> proposals) {

    public int rollouts() {
        return simulated.size();
    }

    public int stopped() {
        return SimulatedRollout.stopped(simulated).size();
    }

    public int promoted() {
        return rollouts() - stopped();
    }

    /** How many were stopped, by the rule or criterion to blame. */
    public Map<String, Integer> byCause() {
        return StoppedPeriod.byCause(SimulatedRollout.stopped(simulated));
    }

    /** The reason of the first that was stopped, by cause. */
    public Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        SimulatedRollout.stopped(simulated)
                .forEach(r -> reasons.putIfAbsent(r.stop().cause(), r.stop().reason()));
        return reasons;
    }

    /** The share that was stopped; NaN when no rollout ended. */
    public double falseAlarms() {
        return rollouts() == 0 ? Double.NaN : (double) stopped() / rollouts();
    }

    /** How often each criterion failed, and its threshold, as plain values that scripts and programs may keep. */
    public ArrayList<LinkedHashMap<String, Object>> criteria() {
        ArrayList<LinkedHashMap<String, Object>> all = new ArrayList<>();
        for (Backtest.Proposal p : proposals) {
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
     * How many were stopped, by what, and which thresholds would stop how many, for people.
     *
     * @param wanted the share of good releases that the proposed thresholds would stop
     */
    public List<String> lines(double wanted) {
        if (rollouts() == 0) {
            return List.of("no rollout came to an end in " + Units.count(ticks, "tick")
                    + ": too short a time, or a phase that never had its data");
        }
        List<String> lines = new ArrayList<>();
        lines.add(summary());
        byCause()
                .forEach((cause, n) -> lines.add(
                        "  " + n + " by " + cause + ", such as: " + reasons().get(cause)));
        lines.add("share of rollouts with a failing check, and the threshold for " + Units.print(wanted, Unit.RATIO)
                + ":");
        proposals.forEach(p -> lines.add("  " + line(p)));
        return lines;
    }

    String summary() {
        return Units.count(rollouts(), "rollout") + " over " + Units.count(ticks, "tick") + ": " + stopped()
                + " would have been stopped (" + Units.print(falseAlarms(), Unit.RATIO) + ")";
    }

    private static String line(Backtest.Proposal p) {
        Unit unit = p.criterion().unit();
        return p.criterion().label() + ": " + Units.print(p.failing(), Unit.RATIO)
                + (p.min() == null ? "" : "; min: " + Units.write(p.min(), unit))
                + (p.max() == null ? "" : "; max: " + Units.write(p.max(), unit));
    }
}
