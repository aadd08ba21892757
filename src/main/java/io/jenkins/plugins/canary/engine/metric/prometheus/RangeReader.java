package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletionException;

/** Reads a plan's metrics of the past from a Prometheus server. */
public record RangeReader(PrometheusClient client, PlanQueries queries) {

    public String promQl(MetricQuery query) {
        return queries.promQl(query);
    }

    /**
     * One value for each step from {@code start} on, NaN where there is none. Blocks.
     *
     * @throws MetricException for people
     */
    public double[] read(MetricQuery query, Instant start, int steps, Duration step) throws MetricException {
        QueryResult result = series(queries.promQl(query), start, steps, step);
        if (result.series().size() > 1) {
            throw new MetricException(
                    query.metric().label() + " yields " + result.series().size()
                            + " series, and one is wanted: aggregate it with sum() or another aggregation");
        }
        double[] values = new double[steps];
        Arrays.fill(values, Double.NaN);
        for (QueryResult.Series series : result.series()) {
            for (int i = 0; i < series.millis().length; i++) {
                long at = Math.round((double) (series.millis()[i] - start.toEpochMilli()) / step.toMillis());
                if (at >= 0 && at < steps && Double.isFinite(series.values()[i])) {
                    values[(int) at] = series.values()[i];
                }
            }
        }
        return values;
    }

    /**
     * The series of any query at the same times. Blocks.
     *
     * @throws MetricException for people
     */
    public QueryResult series(String promQl, Instant start, int steps, Duration step) throws MetricException {
        try {
            return client.range(promQl, start, start.plus(step.multipliedBy(steps - 1L)), step)
                    .join();
        } catch (IllegalArgumentException e) {
            throw new MetricException(e.getMessage(), e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof MetricException m
                    ? m
                    : new MetricException("the query failed: " + e.getCause(), e);
        }
    }
}
