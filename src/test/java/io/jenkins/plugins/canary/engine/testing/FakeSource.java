package io.jenkins.plugins.canary.engine.testing;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A metric source whose readings a test computes. */
public class FakeSource implements MetricSource {

    private final Function<MetricQuery, Reading> readings;
    private final Executor answering;
    /** The queries so far, each once. */
    public final Set<MetricQuery> asked = ConcurrentHashMap.newKeySet();

    /** Answers at once, on the caller's thread. */
    public FakeSource(Function<MetricQuery, Reading> readings) {
        this(readings, Runnable::run);
    }

    /** Reads when asked, and answers when the executor runs. */
    public FakeSource(Function<MetricQuery, Reading> readings, Executor answering) {
        this.readings = readings;
        this.answering = answering;
    }

    /** A service that fails this share of its requests, 0 to 1; whatever else is asked reads 0.1. */
    public static Reading service(MetricQuery query, double errors) {
        return Reading.of(
                switch (query.metric().name()) {
                    case "success-rate" -> 1 - errors;
                    case "error-rate" -> errors;
                    default -> 0.1;
                });
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
        asked.addAll(queries);
        Map<MetricQuery, Reading> read = new LinkedHashMap<>();
        queries.forEach(q -> read.put(q, readings.apply(q)));
        CompletableFuture<Map<MetricQuery, Reading>> answer = new CompletableFuture<>();
        answering.execute(() -> answer.complete(read));
        return answer;
    }

    @Override
    public String describe(MetricQuery query) {
        return query.metric().name() + "{" + query.track().word() + "}";
    }
}
