package io.jenkins.plugins.canary.engine.judge;

import java.util.Arrays;

/**
 * How much the true values of several groups differ, when each is only measured: the moment estimator of DerSimonian and
 * Laird (Meta-analysis in clinical trials, Controlled Clinical Trials 7, 1986). What the errors of measurement explain is
 * not counted.
 */
final class DerSimonianLaird {

    private DerSimonianLaird() {}

    /**
     * @param values one a group, two at least
     * @param variances of the error of each, above 0
     * @return the variance between the groups; 0 where the errors explain all of it
     */
    static double between(double[] values, double[] variances) {
        double[] weights = Arrays.stream(variances).map(v -> 1 / v).toArray();
        double sum = Arrays.stream(weights).sum();
        double squares = Arrays.stream(weights).map(w -> w * w).sum();
        double mean = 0;
        for (int i = 0; i < values.length; i++) {
            mean += weights[i] / sum * values[i];
        }
        double q = 0;
        for (int i = 0; i < values.length; i++) {
            q += weights[i] * (values[i] - mean) * (values[i] - mean);
        }
        return Math.max(0, (q - (values.length - 1)) / (sum - squares / sum));
    }
}
