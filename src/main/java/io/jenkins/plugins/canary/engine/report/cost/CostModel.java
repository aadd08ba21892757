package io.jenkins.plugins.canary.engine.report.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What releasing costs in a month: a model that teams pass around, with its own defaults. Where its sums mislead is said
 * in docs/cost.md; {@link Comparison#savingsCountedOnce} is the one of them that arithmetic can mend. Money is in the
 * currency of the inputs.
 *
 * @param deployments a month
 * @param incidentCost of every rollback
 * @param oncallHourly rate of whoever restores
 * @param cloudMonthly what the service's machines cost
 * @param wasteShare of that, spent on spare machines where the weights are fixed, 0 to 1
 * @param rightSizingShare of that, saved where the weight follows the canary's health, 0 to 1
 */
public record CostModel(
        double deployments,
        double incidentCost,
        double oncallHourly,
        double cloudMonthly,
        double wasteShare,
        double rightSizingShare,
        Strategy fixed,
        Strategy dynamic) {

    public static final CostModel DEFAULT = new CostModel(
            120, 2_100, 85, 45_000, 0.18, 0.12, new Strategy(0.23, 8.4, 0.31), new Strategy(0.025, 1.2, 0.04));

    public CostModel {
        amount("deployments a month", deployments);
        amount("the cost of an incident", incidentCost);
        amount("the hourly rate", oncallHourly);
        amount("the cloud's monthly cost", cloudMonthly);
        Strategy.share("the share of waste", wasteShare);
        Strategy.share("the share saved by right-sizing", rightSizingShare);
    }

    private static void amount(String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " must be a number of 0 or more, not " + value);
        }
    }

    public CostModel with(Strategy newFixed, Strategy newDynamic) {
        return new CostModel(
                deployments,
                incidentCost,
                oncallHourly,
                cloudMonthly,
                wasteShare,
                rightSizingShare,
                newFixed,
                newDynamic);
    }

    public CostModel withDeployments(double aMonth) {
        return new CostModel(
                aMonth, incidentCost, oncallHourly, cloudMonthly, wasteShare, rightSizingShare, fixed, dynamic);
    }

    /**
     * One month, fixed weights against a weight that follows the canary's health.
     *
     * @param savings as the model adds up: all of the waste and the right-sizing too
     * @param savingsCountedOnce right-sizing is a part of the waste that goes, not a gain besides it
     * @param rollbackReduction by how much the rollbacks' cost falls, 0 to 1; 0 when there was none
     */
    public record Comparison(
            double fixedRollbacks,
            double fixedWaste,
            double fixedTotal,
            long fixedFalseStops,
            double dynamicRollbacks,
            double rightSizing,
            double dynamicTotal,
            long dynamicFalseStops,
            double savings,
            double savingsCountedOnce,
            double rollbackReduction) {

        /** Money has cents, and no more of it than that. */
        public Comparison {
            fixedRollbacks = cents(fixedRollbacks);
            fixedWaste = cents(fixedWaste);
            fixedTotal = cents(fixedTotal);
            dynamicRollbacks = cents(dynamicRollbacks);
            rightSizing = cents(rightSizing);
            dynamicTotal = cents(dynamicTotal);
            savings = cents(savings);
            savingsCountedOnce = cents(savingsCountedOnce);
        }

        private static double cents(double amount) {
            return BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP).doubleValue();
        }
    }

    public Comparison compare() {
        double fixedRollbacks = rollbacks(fixed);
        double waste = cloudMonthly * wasteShare;
        double dynamicRollbacks = rollbacks(dynamic);
        double rightSizing = cloudMonthly * rightSizingShare;
        double fixedTotal = fixedRollbacks + waste;
        return new Comparison(
                fixedRollbacks,
                waste,
                fixedTotal,
                (long) (deployments * fixed.falseStopRate()),
                dynamicRollbacks,
                rightSizing,
                dynamicRollbacks,
                (long) (deployments * dynamic.falseStopRate()),
                fixedTotal - dynamicRollbacks + rightSizing,
                fixedRollbacks - dynamicRollbacks + Math.min(rightSizing, waste),
                fixedRollbacks == 0 ? 0 : (fixedRollbacks - dynamicRollbacks) / fixedRollbacks);
    }

    private double rollbacks(Strategy s) {
        return deployments * s.rollbackRate() * (incidentCost + s.restoreMinutes() / 60 * oncallHourly);
    }
}
