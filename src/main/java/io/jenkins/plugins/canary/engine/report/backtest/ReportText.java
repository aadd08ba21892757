package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** What a backtest found, for people. */
public final class ReportText {

    private ReportText() {}

    /** @param wanted the share of good releases that the proposed thresholds would stop */
    public static List<String> lines(Backtest.Report r, double wanted) {
        if (r.rollouts() == 0) {
            return List.of("no rollout came to an end in " + Units.count(r.ticks(), "tick")
                    + ": too short a time, or a phase that never had its data");
        }
        List<String> lines = new ArrayList<>();
        lines.add(Units.count(r.rollouts(), "rollout") + " over " + Units.count(r.ticks(), "tick") + ": "
                + (r.rollouts() - r.promoted()) + " would have been stopped ("
                + Units.print(r.falseAlarms(), Unit.RATIO) + ")");
        r.byCause()
                .forEach((cause, n) -> lines.add(
                        "  " + n + " by " + cause + ", such as: " + r.reasons().get(cause)));
        lines.add("share of rollouts with a failing check, and the threshold for " + Units.print(wanted, Unit.RATIO)
                + ":");
        r.proposals()
                .forEach(p -> lines.add("  " + p.criterion().label() + ": " + Units.print(p.failing(), Unit.RATIO)
                        + (p.min() == null
                                ? ""
                                : "; min: " + Units.write(p.min(), p.criterion().unit()))
                        + (p.max() == null
                                ? ""
                                : "; max: " + Units.write(p.max(), p.criterion().unit()))));
        return lines;
    }

    /** How often each criterion failed, and its threshold, as plain values that scripts and programs may keep. */
    public static ArrayList<LinkedHashMap<String, Object>> criteria(Backtest.Report r) {
        ArrayList<LinkedHashMap<String, Object>> all = new ArrayList<>();
        for (Backtest.Proposal p : r.proposals()) {
            LinkedHashMap<String, Object> one = new LinkedHashMap<>();
            one.put("criterion", p.criterion().label());
            one.put("failing", p.failing());
            one.put("min", p.min());
            one.put("max", p.max());
            all.add(one);
        }
        return all;
    }

    public static String line(JournalSimulator.Answer a) {
        return a.rollout() + ": was " + a.was() + " (" + a.wasReason() + "), would be " + a.would() + " ("
                + a.wouldReason() + ")" + (a.same() ? "" : "  <-- differs");
    }
}
