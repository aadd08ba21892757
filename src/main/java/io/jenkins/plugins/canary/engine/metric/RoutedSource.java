package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.http.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Sends each query to the source that knows it, all at once, and makes sure that every query gets a reading. */
public final class RoutedSource implements MetricSource {

    private final Function<MetricQuery, MetricSource> route;
    private final List<MetricSource> sources;
    private final Duration within;
    private final BiFunction<MetricQuery, Reading, Reading> checked;

    /**
     * @param route yields null for a query that no source knows
     * @param checked what becomes of a reading whose value its metric cannot have
     * @param within after this long a source that has not answered is given up
     */
    public RoutedSource(
            Function<MetricQuery, MetricSource> route,
            List<MetricSource> sources,
            BiFunction<MetricQuery, Reading, Reading> checked,
            Duration within) {
        this.checked = checked;
        this.route = route;
        this.sources = List.copyOf(sources);
        this.within = within;
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> queries, Instant at) {
        return read(queries, at, ReadingBatch.NOT_EARLY);
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
        Map<MetricSource, Set<MetricQuery>> bySource = new LinkedHashMap<>();
        for (MetricQuery query : queries) {
            MetricSource source = route.apply(query);
            readings.put(
                    query,
                    Reading.unavailable(
                            source == null
                                    ? "the plan's 'metrics' has no source for "
                                            + query.metric().label()
                                    : "it was not read"));
            if (source != null) {
                bySource.computeIfAbsent(source, s -> new LinkedHashSet<>()).add(query);
            }
        }
        List<CompletableFuture<Map<MetricQuery, Reading>>> answers = new ArrayList<>();
        bySource.forEach((source, some) -> answers.add(
                readOne(source, some, at, (query, reading) -> early.accept(query, checked.apply(query, reading)))));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    answers.forEach(answer -> readings.putAll(answer.join()));
                    return readings;
                });
    }

    /** Never completes exceptionally: one source that throws or hangs takes its own readings with it, and no others. */
    private CompletableFuture<Map<MetricQuery, Reading>> readOne(
            MetricSource source, Set<MetricQuery> some, Instant at, BiConsumer<MetricQuery, Reading> early) {
        CompletableFuture<Map<MetricQuery, Reading>> answer;
        try {
            answer = source.read(some, at, early);
        } catch (Throwable e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return Deadline.in(within).end(answer).handle((read, fault) -> {
            Map<MetricQuery, Reading> all = new LinkedHashMap<>();
            for (MetricQuery query : some) {
                Reading reading = read == null ? null : read.get(query);
                if (reading != null) {
                    all.put(query, checked.apply(query, reading));
                } else if (fault != null) {
                    all.put(query, Reading.unavailable(explain(fault)));
                }
            }
            return all;
        });
    }

    private String explain(Throwable fault) {
        return fault instanceof TimeoutException
                ? "the source did not answer within " + Units.print(within)
                : "the source failed: " + ReadingBatch.failed(fault).detail();
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
