package io.jenkins.plugins.canary.engine.metric;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where readings come from. One source serves one rollout; calls never overlap.
 */
public interface MetricSource extends AutoCloseable {

    /**
     * Reads everything that a tick needs, in one go and without blocking the caller.
     *
     * @param at the tick's time; sources that can look back read as of this moment
     * @param early told of readings as soon as they are there, so that a caller need not wait for the slowest; by any
     *     thread, by several at once, and after the answer was given up. Sources that read all at once tell nothing early
     * @return completes with a reading for every query, UNAVAILABLE where the source failed; it never completes
     *     exceptionally and always completes within the source's own time-out
     */
    CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early);

    /** For callers that wait for the whole answer. */
    default CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> queries, Instant at) {
        return read(queries, at, (query, reading) -> {});
    }

    /** Whether it can say what it would have read before; one that cannot is asked for nothing of the past. */
    default boolean remembers() {
        return false;
    }

    /** The text of the query that {@link #read} sends, for the journal and the page; null when there is none. */
    String describe(MetricQuery query);

    @Override
    default void close() {}

    /**
     * The source of a rollout whose metrics cannot be read and that is only taken back any more: it asks nobody.
     *
     * @param why for people
     */
    record UnreadSource(String why) implements MetricSource {

        @Override
        public CompletableFuture<Map<MetricQuery, Reading>> read(
                Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
            return CompletableFuture.completedFuture(
                    queries.stream().collect(Collectors.toMap(Function.identity(), q -> Reading.unavailable(why))));
        }

        @Override
        public String describe(MetricQuery query) {
            return null;
        }
    }
}
