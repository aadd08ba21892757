package io.jenkins.plugins.canary.engine.report.cost;

/**
 * How a way of releasing does, from given figures or from a history.
 *
 * @param rollbackRate share of deployments that are rolled back, 0 to 1
 * @param restoreMinutes from the decision to roll back until stable has all requests again
 * @param falseStopRate share of deployments that are stopped although they are good, 0 to 1
 */
public record Strategy(double rollbackRate, double restoreMinutes, double falseStopRate) {

    public Strategy {
        share("the rollback rate", rollbackRate);
        share("the rate of false stops", falseStopRate);
        if (!(restoreMinutes >= 0) || Double.isInfinite(restoreMinutes)) {
            throw new IllegalArgumentException("the time to restore is 0 or more, not " + restoreMinutes);
        }
    }

    static void share(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(what + " is between 0 and 1, not " + value);
        }
    }
}
