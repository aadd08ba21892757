package io.jenkins.plugins.canary.engine.report.cost;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison in words: figures and the assumptions behind them. */
public final class CostText {

    /** One row of the table. */
    public record Row(String what, String fixed, String dynamic) {}

    private CostText() {}

    public static List<Row> rows(CostModel m) {
        CostModel.Comparison c = m.compare();
        return List.of(
                new Row("rollbacks", money(c.fixedRollbacks()), money(c.dynamicRollbacks())),
                new Row("spare machines", money(c.fixedWaste()), "none"),
                new Row("total", money(c.fixedTotal()), money(c.dynamicTotal())),
                new Row("saved by right-sizing", "none", money(c.rightSizing())),
                new Row("false stops", String.valueOf(c.fixedFalseStops()), String.valueOf(c.dynamicFalseStops())));
    }

    public static List<String> sums(CostModel m) {
        CostModel.Comparison c = m.compare();
        return List.of(
                "saved a month: " + money(c.savingsCountedOnce()) + " (right-sizing is a part of the spare machines)",
                "saved a month, as the model adds up, with right-sizing counted twice: " + money(c.savings()),
                "the rollbacks' cost " + (c.rollbackReduction() < 0 ? "rises" : "falls") + " by "
                        + percent(Math.abs(c.rollbackReduction())),
                "false stops fewer a month: " + (c.fixedFalseStops() - c.dynamicFalseStops()));
    }

    /** Where these sums say more than the figures bear; docs/cost.md says why. */
    public static List<String> caveats(CostModel m) {
        CostModel.Comparison c = m.compare();
        List<String> lines = new ArrayList<>();
        lines.add("every rollback is priced as an incident, though a rollback of a canary prevents one");
        if (m.dynamic().rollbackRate() < m.fixed().rollbackRate()) {
            lines.add(
                    "a weight that moves does not make bad releases good: fewer rollbacks are better releases, fewer false "
                            + "stops, or breaches that nobody sees");
        }
        if (m.fixed().falseStopRate() > m.fixed().rollbackRate()) {
            lines.add(
                    c.fixedFalseStops() + " false stops of "
                            + number(m.deployments() * m.fixed().rollbackRate())
                            + " rollbacks: either these are not rollbacks and cost nothing here, or one of the figures is wrong");
        }
        return lines;
    }

    public static List<String> assumptions(CostModel m) {
        return List.of(
                number(m.deployments()) + (m.deployments() == 1 ? " deployment a month" : " deployments a month"),
                "every rollback costs " + money(m.incidentCost()) + " and the on-call's time at "
                        + money(m.oncallHourly()) + " an hour",
                "machines cost " + money(m.cloudMonthly()) + " a month; fixed weights waste " + percent(m.wasteShare())
                        + " of it, dynamic ones save " + percent(m.rightSizingShare()),
                "fixed: " + strategy(m.fixed()),
                "dynamic: " + strategy(m.dynamic()));
    }

    public static List<String> history(RolloutHistory h) {
        List<String> lines = new ArrayList<>();
        if (h.deployments() == 0) {
            return List.of("no rollout was promoted or rolled back yet: the figures given are used");
        }
        String days = h.days() < 1 ? "less than a day" : Units.count(Math.round(h.days()), "day");
        lines.add(Units.count(h.deployments(), "rollout") + " in " + days + ": " + h.promoted() + " promoted, "
                + h.rolledBack() + " rolled back, " + h.falseStops()
                + " of them though good (promoted unchanged later)");
        if (!h.isEnough()) {
            lines.add("too few rollouts for rates of your own: " + h.deployments() + " of " + RolloutHistory.ENOUGH
                    + "; the figures given are used");
        }
        lines.add("time to detect, from the first failing check to the decision: " + minutes(h.meanDetectMinutes()));
        lines.add("time to restore, from the decision to weight 0 read back: " + minutes(h.meanRestoreMinutes()));
        return lines;
    }

    private static String strategy(Strategy s) {
        return percent(s.rollbackRate()) + " of the deployments are rolled back, in " + number(s.restoreMinutes())
                + " minutes each; " + percent(s.falseStopRate()) + " are stopped though good";
    }

    private static String minutes(Double m) {
        return m == null ? "not known" : m < 1 ? number(m * 60) + " s" : number(m) + " min";
    }

    static String money(double amount) {
        boolean whole = amount == Math.rint(amount);
        return String.format(Locale.ROOT, whole ? "$%,.0f" : "$%,.2f", amount);
    }

    private static String percent(double share) {
        return Units.print(share, Unit.RATIO);
    }

    /** With two digits after the point at most. */
    public static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return new BigDecimal(text).stripTrailingZeros().toPlainString();
    }
}
