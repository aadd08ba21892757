package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.PlanQueries;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Asks a Prometheus server one query for each metric, all at once. */
public final class PrometheusSource implements MetricSource {

    private final PrometheusClient client;
    private final PlanQueries queries;

    public PrometheusSource(PrometheusClient client, PlanQueries queries) {
        this.client = client;
        this.queries = queries;
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> wanted, Instant at) {
        return read(wanted, at, ReadingBatch.NOT_EARLY);
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        return ReadingBatch.read(wanted, query -> ask(query, at), early);
    }

    @Override
    public String describe(MetricQuery query) {
        try {
            return queries.promQl(query);
        } catch (IllegalArgumentException notAQuery) {
            return null;
        }
    }

    private CompletableFuture<Reading> ask(MetricQuery query, Instant at) {
        String promQl;
        try {
            promQl = queries.promQl(query);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reading.unavailable(e.getMessage()));
        }
        return client.instant(promQl, at).thenApply(result -> reading(query, result));
    }

    private Reading reading(MetricQuery query, QueryResult result) {
        String notes = String.join("; ", result.notes());
        if (result.series().size() > 1) {
            return Reading.unavailable("the query yields " + result.series().size()
                    + " series, and one is wanted: aggregate it with sum() or another aggregation");
        }
        Optional<Selector> from = queries.series(query);
        if (result.series().isEmpty()) {
            return Reading.noData(also(from.map(series -> "no samples of " + series + ", or no requests, in "
                    + Units.print(query.window())).orElse("the query yields nothing"), notes));
        }
        double value = result.series().get(0).values()[0];
        if (Double.isNaN(value) && from.isPresent()) {
            return Reading.noData(also("no requests in " + Units.print(query.window()), notes));
        }
        Reading reading = Reading.of(value);
        return reading.withDetail(also(reading.detail(), notes));
    }

    private static String also(String detail, String notes) {
        return detail.isEmpty() || notes.isEmpty() ? detail + notes : detail + "; " + notes;
    }
}
