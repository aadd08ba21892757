package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Sends each query to the source that knows it, all at once, and makes sure that every query gets a reading. */
final class RoutedSource implements MetricSource {

    private final Function<MetricQuery, MetricSource> route;
    private final List<MetricSource> sources;
    private final long withinMillis;

    /**
     * @param route yields null for a query that no source knows
     * @param withinMillis after this long a source that has not answered is given up
     */
    RoutedSource(Function<MetricQuery, MetricSource> route, List<MetricSource> sources, long withinMillis) {
        this.route = route;
        this.sources = List.copyOf(sources);
        this.withinMillis = withinMillis;
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> queries, Instant at) {
        Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
        Map<MetricSource, Set<MetricQuery>> bySource = new LinkedHashMap<>();
        for (MetricQuery query : queries) {
            MetricSource source = route.apply(query);
            readings.put(query, Reading.unavailable(source == null
                    ? "the plan's 'metrics' has no source for " + query.metric().label() : "it was not read"));
            if (source != null) {
                bySource.computeIfAbsent(source, s -> new LinkedHashSet<>()).add(query);
            }
        }
        List<CompletableFuture<Map<MetricQuery, Reading>>> answers = new ArrayList<>();
        bySource.forEach((source, some) -> answers.add(readOne(source, some, at)));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenApply(done -> {
            answers.forEach(answer -> readings.putAll(answer.join()));
            return readings;
        });
    }

    private CompletableFuture<Map<MetricQuery, Reading>> readOne(
            MetricSource source, Set<MetricQuery> some, Instant at) {
        CompletableFuture<Map<MetricQuery, Reading>> answer;
        try {
            answer = source.read(some, at);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.copy().orTimeout(withinMillis, TimeUnit.MILLISECONDS).exceptionally(fault -> {
            Map<MetricQuery, Reading> none = new LinkedHashMap<>();
            some.forEach(q -> none.put(q, Reading.unavailable(explain(fault))));
            return none;
        });
    }

    private String explain(Throwable fault) {
        return fault instanceof TimeoutException
                ? "the source did not answer within " + Units.print(Duration.ofMillis(withinMillis))
                : "the source failed (" + fault.getClass().getSimpleName() + ": " + fault.getMessage() + ")";
    }

    @Override
    public String describe(MetricQuery query) {
        MetricSource source = route.apply(query);
        return source == null ? null : source.describe(query);
    }

    @Override
    public void close() {
        sources.forEach(MetricSource::close);
    }
}
