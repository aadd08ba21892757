package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;

/** A criterion in the words of a plan. */
final class CriterionWords {

    /** How the label of one ends that decides nothing: beside the same one that decides it is another. */
    static final String DRY_RUN = ", dry run";

    private CriterionWords() {}

    /** {@code latency p99 <= 500ms, at most 20% above stable}. */
    static String of(Criterion c) {
        if (c.metric().probe() != null) {
            return c.metric().label() + " passes";
        }
        if (c.metric().alerts() != null) {
            return c.metric().label() + " silent";
        }
        if (c.metric().slo() != null) {
            return c.metric().label() + " burn rate <= " + Units.write(c.max(), c.unit());
        }
        StringBuilder s = new StringBuilder(c.subject());
        if (c.min() != null) {
            s.append(" >= ").append(Units.write(c.min(), c.unit()));
        }
        if (c.max() != null) {
            s.append(c.min() == null ? " <= " : " and <= ").append(Units.write(c.max(), c.unit()));
        }
        if (c.trend() != null) {
            s.append(", ").append(c.trend().label());
        }
        if (c.compares()) {
            s.append(", ").append(c.versus().judge().label());
        } else if (c.versus() != null) {
            s.append(limit(c.versus().maxIncrease(), " above stable"))
                    .append(limit(c.versus().maxDecrease(), " below stable"));
        }
        if (c.asksHowMuchSlower()) {
            s.append(", with latency p")
                    .append(Units.write(100 * c.versus().slower().quantile(), Unit.COUNT))
                    .append(" more than ")
                    .append(Units.write(c.versus().slower().ratio(), Unit.RATIO))
                    .append(" above");
        }
        if (!c.after().isZero()) {
            s.append(", after ").append(Units.write(c.after()));
        }
        return s.toString();
    }

    private static String limit(Double share, String where) {
        return share == null ? "" : ", at most " + Units.write(share, Unit.RATIO) + where;
    }
}
