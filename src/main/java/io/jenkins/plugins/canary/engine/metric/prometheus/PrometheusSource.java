package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Asks a Prometheus server, all at once. The two tracks of a metric share one request, and with them the times of their
 * newest samples.
 */
public final class PrometheusSource implements MetricSource {

    private static final String NATIVE_ONLY = "; native histograms alone are not read: let Prometheus keep the classic"
            + " buckets as well (always_scrape_classic_histograms: true)";

    private final PrometheusClient client;
    private final PlanQueries queries;
    private final JoinedQueries joined;

    public PrometheusSource(PrometheusClient client, PlanQueries queries) {
        this.client = client;
        this.queries = queries;
        this.joined = new JoinedQueries(client);
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Map<MetricQuery, List<MetricQuery>> byMetric = new LinkedHashMap<>();
        wanted.forEach(query -> byMetric.computeIfAbsent(query.of(Track.CANARY), q -> new ArrayList<>())
                .add(query));
        Map<MetricQuery, Map<String, CompletableFuture<QueryResult>>> asked = new HashMap<>();
        return ReadingBatch.read(
                wanted,
                query -> {
                    MetricQuery metric = query.of(Track.CANARY);
                    return reading(query, at, asked.computeIfAbsent(metric, q -> ask(q, byMetric.get(q), at)));
                },
                early);
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

    /** @param tracks the same of one track, or of both */
    private Map<String, CompletableFuture<QueryResult>> ask(MetricQuery metric, List<MetricQuery> tracks, Instant at) {
        Set<String> texts = new LinkedHashSet<>();
        for (MetricQuery query : tracks) {
            String text = describe(query);
            if (text != null && query.past() == null) {
                texts.add(text);
                newest(query).ifPresent(texts::add);
            }
        }
        // Windows of counts grow from tick to tick.
        String what = metric.metric().key() + " by " + metric.by();
        return joined.ask(what, texts, at, queries.age().most());
    }

    private CompletableFuture<Reading> reading(
            MetricQuery query, Instant at, Map<String, CompletableFuture<QueryResult>> answers) {
        String promQl;
        try {
            promQl = queries.promQl(query);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Reading.unavailable(e.getMessage()));
        }
        if (query.past() != null) {
            return past(query, promQl, at);
        }
        CompletableFuture<Reading> reading = answers.get(promQl).thenApply(result -> reading(query, result, at));
        return newest(query)
                .map(times -> reading.thenCombine(
                        answers.get(times),
                        (value, newest) ->
                                fresh(value, newest, queries.series(query).orElseThrow(), at)))
                .orElse(reading);
    }

    /** Asks for the time of the newest sample. A range that is no longer than the age holds nothing older. */
    private Optional<String> newest(MetricQuery query) {
        return query.window().compareTo(queries.age().most()) <= 0
                ? Optional.empty()
                : queries.series(query).map(series -> "max(timestamp(" + series + "))");
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
