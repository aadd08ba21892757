package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.http.FetchException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Reads queries that are asked one by one, all at once. Each query fails alone: whatever asking or reading one of them
 * throws, an {@link Error} included, makes that one reading UNAVAILABLE and leaves the others as they are.
 */
public final class ReadingBatch {

    private static final Logger LOGGER = Logger.getLogger(ReadingBatch.class.getName());

    private ReadingBatch() {}

    /**
     * @param ask sends one query without blocking; may throw, complete exceptionally, or yield null
     * @param early told of each reading as soon as it is there, by any thread
     * @return completes with a reading for every query, never exceptionally
     */
    public static CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted,
            Function<MetricQuery, CompletableFuture<Reading>> ask,
            BiConsumer<MetricQuery, Reading> early) {
        Map<MetricQuery, CompletableFuture<Reading>> asked = new LinkedHashMap<>();
        for (MetricQuery query : wanted) {
            asked.put(query, alone(query, ask).thenApply(reading -> {
                early.accept(query, reading);
                return reading;
            }));
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .handle((done, fault) -> {
                    Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
                    asked.forEach((query, reading) -> readings.put(
                            query,
                            reading.handle((value, failed) -> failed == null ? value : failed(failed))
                                    .join()));
                    return readings;
                });
    }

    private static CompletableFuture<Reading> alone(
            MetricQuery query, Function<MetricQuery, CompletableFuture<Reading>> ask) {
        CompletableFuture<Reading> answer;
        try {
            answer = ask.apply(query);
        } catch (Throwable fault) {
            return CompletableFuture.completedFuture(failed(fault));
        }
        return answer == null
                ? CompletableFuture.completedFuture(Reading.unavailable("it was not read"))
                : answer.handle((reading, fault) -> fault != null
                        ? failed(fault)
                        : reading == null ? Reading.unavailable("it was not read") : reading);
    }

    /**
     * The reading of a query that failed. Only a {@link MetricException} and a {@link FetchException} are quoted: they
     * are written for people and hold neither secrets nor somebody else's text.
     */
    public static Reading failed(Throwable fault) {
        Throwable cause = fault;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof MetricException || cause instanceof FetchException) {
            return Reading.unavailable(cause.getMessage());
        }
        LOGGER.log(cause instanceof Error ? Level.WARNING : Level.FINE, "A metric could not be read", cause);
        return Reading.unavailable(
                "the answer could not be read: " + cause.getClass().getSimpleName());
    }
}
