package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Asks a Prometheus server one query for each metric, all at once. */
public record PrometheusSource(PrometheusClient client, PlanQueries queries) implements MetricSource {

    private static final String NATIVE_ONLY = "; native histograms alone are not read: let Prometheus keep the classic"
            + " buckets as well (always_scrape_classic_histograms: true)";

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Map<String, CompletableFuture<QueryResult>> newest = new HashMap<>();
        return ReadingBatch.read(wanted, query -> ask(query, at, newest), early);
    }

    @Override
    public boolean remembers() {
        return true;
    }

    @Override
    public String describe(MetricQuery query) {
        try {
            return queries.promQl(query);
        } catch (IllegalArgumentException notAQuery) {
            return null;
        }
    }

    /** @param newest the times of the newest samples, by series: asked once a tick */
    private CompletableFuture<Reading> ask(
            MetricQuery query, Instant at, Map<String, CompletableFuture<QueryResult>> newest) {
        String promQl;
        try {
            promQl = queries.promQl(query);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reading.unavailable(e.getMessage()));
        }
        if (query.past() != null) {
            return past(query, promQl, at);
        }
        SampleAge age = queries.age();
        CompletableFuture<Reading> reading =
                client.instant(promQl, at, age.most()).thenApply(result -> reading(query, result, at));
        Optional<Selector> series = queries.series(query);
        if (series.isEmpty() || query.window().compareTo(age.most()) <= 0) {
            // A range that is no longer than the age holds nothing older.
            return reading;
        }
        String time = "max(timestamp(" + series.get() + "))";
        return reading.thenCombine(
                newest.computeIfAbsent(time, q -> client.instant(q, at, age.most())),
                (value, times) -> fresh(value, times, series.get(), at));
    }

    /** One value a window; a window without requests has none. */
    private CompletableFuture<Reading> past(MetricQuery query, String promQl, Instant at) {
        Duration window = query.window();
        int windows = (int) query.past().dividedBy(window);
        Instant first = at.minus(window.multipliedBy(windows));
        return client.range(promQl, first, at.minus(window), window).thenApply(result -> {
            Map<String, Double> parts = new HashMap<>();
            for (QueryResult.Series series : result.series()) {
                for (int i = 0; i < series.millis().length; i++) {
                    long ago = Math.round((double) (at.toEpochMilli() - series.millis()[i]) / window.toMillis());
                    parts.put(String.valueOf(ago), series.values()[i]);
                }
            }
            return Reading.of("past", parts).and(result.notes());
        });
    }

    /** A long range still has values when nothing new has come for most of it. */
    private Reading fresh(Reading reading, QueryResult times, Selector series, Instant at) {
        if (!reading.ok()) {
            return reading;
        }
        if (times.series().isEmpty()) {
            return Reading.noData("no sample of " + series + " in the last "
                    + Units.print(queries.age().most()));
        }
        return queries.age()
                .check(
                        reading,
                        Instant.ofEpochMilli(Math.round(times.series().get(0).values()[0] * 1_000)),
                        at);
    }

    private Reading reading(MetricQuery query, QueryResult result, Instant at) {
        if (query.by() != null) {
            return parts(query, result, at);
        }
        if (result.series().size() > 1) {
            return Reading.unavailable("the query yields " + result.series().size()
                    + " series, and one is wanted: aggregate it with sum() or another aggregation");
        }
        Optional<Selector> from = queries.series(query);
        String in = " in " + Units.print(query.window());
        if (result.series().isEmpty()) {
            String nativeOnly =
                    queries.builtIn(query).filter(BuiltInMetric::needsQuantile).isPresent() ? NATIVE_ONLY : "";
            return Reading.noData(from.map(series -> "no samples of " + series + ", or no requests," + in + nativeOnly)
                            .orElse("the query yields nothing"))
                    .and(result.notes());
        }
        QueryResult.Series only = result.series().get(0);
        if (Double.isNaN(only.values()[0]) && from.isPresent()) {
            return Reading.noData("no requests" + in).and(result.notes());
        }
        // An answer of the query's own time is what was asked for; any other comes out of a cache.
        return queries.age()
                .check(Reading.of(only.values()[0]), Instant.ofEpochMilli(only.millis()[0]), at)
                .and(result.notes());
    }

    /** One series for each value of the label; one without it is of requests that have none. */
    private Reading parts(MetricQuery query, QueryResult result, Instant at) {
        Map<String, Double> parts = new HashMap<>();
        long oldest = at.toEpochMilli();
        for (QueryResult.Series series : result.series()) {
            String value = series.labels().getOrDefault(query.by(), "");
            if (parts.put(value, series.values()[0]) != null) {
                return Reading.unavailable("the query yields several series for one value of the label '" + query.by()
                        + "', and one is wanted: aggregate it with sum by (" + query.by()
                        + ") () or another aggregation");
            }
            oldest = Math.min(oldest, series.millis()[0]);
        }
        return queries.age()
                .check(Reading.of(query.by(), parts), Instant.ofEpochMilli(oldest), at)
                .and(result.notes());
    }
}
