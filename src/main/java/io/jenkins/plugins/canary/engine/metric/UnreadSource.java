package io.jenkins.plugins.canary.engine.metric;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The source of a rollout whose metrics cannot be read and that is only taken back any more: it asks nobody.
 *
 * @param why for people
 */
public record UnreadSource(String why) implements MetricSource {

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> queries, Instant at) {
        return CompletableFuture.completedFuture(
                queries.stream().collect(Collectors.toMap(Function.identity(), q -> Reading.unavailable(why))));
    }

    @Override
    public String describe(MetricQuery query) {
        return null;
    }
}
