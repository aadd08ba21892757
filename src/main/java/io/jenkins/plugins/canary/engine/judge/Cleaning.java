package io.jenkins.plugins.canary.engine.judge;

import java.util.Arrays;

/**
 * What happens to a series before it is compared.
 *
 * @param nan what a missing value (NaN) becomes
 * @param outliers what becomes of values outside Tukey's fences: the quartiles widened by {@code iqrFactor} times the
 *     distance between them (Tukey, Exploratory Data Analysis, 1977). Where half of the values are equal that distance
 *     is zero and says nothing of the spread, so nothing counts as an outlier: sparse errors survive.
 * @param iqrFactor positive; 1.5 is Tukey's, 3 is Kayenta's
 */
public record Cleaning(NaN nan, Outliers outliers, double iqrFactor) {

    public enum NaN {
        REMOVE,
        /** By zero: for counters that are absent while nothing happens. */
        REPLACE,
        /** Any missing value makes the whole series no data. */
        KEEP
    }

    public enum Outliers {
        REMOVE,
        /** As Kayenta has it: only what is also outside of the 1st to the 99th percentile, one value in a hundred a side. */
        REMOVE_BEYOND_P99,
        /** By the fence that they are beyond. */
        REPLACE,
        /** Ranks bound their influence already. */
        KEEP
    }

    public static final Cleaning DEFAULT = new Cleaning(NaN.REMOVE, Outliers.KEEP, 3);

    public Cleaning {
        if (!(iqrFactor > 0) || Double.isInfinite(iqrFactor)) {
            throw new IllegalArgumentException("the outlier factor is a positive number such as 3, not " + iqrFactor);
        }
    }

    /** A cleaned copy, in the series' own order. */
    public double[] clean(double[] series) {
        double[] values =
                switch (nan) {
                    case REMOVE ->
                        Arrays.stream(series).filter(v -> !Double.isNaN(v)).toArray();
                    case REPLACE ->
                        Arrays.stream(series).map(v -> Double.isNaN(v) ? 0 : v).toArray();
                    case KEEP -> series.clone();
                };
        boolean beyondP99 = outliers == Outliers.REMOVE_BEYOND_P99;
        if (outliers == Outliers.KEEP || values.length == 0 || values.length < 4 && !beyondP99) {
            return values;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double lower = quantile(sorted, 0.25);
        double upper = quantile(sorted, 0.75);
        double reach = iqrFactor * (upper - lower);
        if (!(reach > 0) && !beyondP99) {
            return values;
        }
        double lowest = beyondP99 ? Math.min(quantile(sorted, 0.01), lower - reach) : lower - reach;
        double highest = beyondP99 ? Math.max(quantile(sorted, 0.99), upper + reach) : upper + reach;
        return outliers != Outliers.REPLACE
                ? Arrays.stream(values).filter(v -> v >= lowest && v <= highest).toArray()
                : Arrays.stream(values)
                        .map(v -> Math.max(lowest, Math.min(highest, v)))
                        .toArray();
    }

    /** Linear between the order statistics: type 7 of Hyndman and Fan (1996), R's default. */
    static double quantile(double[] ascending, double q) {
        double at = q * (ascending.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
    }
}
