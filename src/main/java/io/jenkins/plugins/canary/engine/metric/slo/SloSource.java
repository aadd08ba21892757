package io.jenkins.plugins.canary.engine.metric.slo;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.Slo;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Reads burn rates: the lowest of those of all windows, since an objective is in danger when every window burns. The ratios are
 * read beside everything else that a tick reads, by the source that knows them.
 */
public record SloSource(MetricSource ratios, PlanQueries queries) implements MetricSource {

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Set<MetricQuery> asked = new LinkedHashSet<>();
        wanted.forEach(query ->
                slo(query).ifPresentOrElse(slo -> asked.addAll(slo.queries(query.track())), () -> asked.add(query)));
        BiConsumer<MetricQuery, Reading> told = (query, reading) -> {
            if (wanted.contains(query)) {
                early.accept(query, reading);
            }
        };
        return ratios.read(asked, at, told).thenApply(read -> {
            Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
            wanted.forEach(query -> readings.put(
                    query, slo(query).map(slo -> burnRate(slo, query, read)).orElseGet(() -> read.get(query))));
            return readings;
        });
    }

    private Optional<Slo> slo(MetricQuery query) {
        return queries.custom(query).map(own -> own.slo());
    }

    private static Reading burnRate(Slo slo, MetricQuery query, Map<MetricQuery, Reading> read) {
        double lowest = Double.POSITIVE_INFINITY;
        List<String> windows = new ArrayList<>();
        Reading missing = null;
        for (MetricQuery ratio : slo.queries(query.track())) {
            Reading reading = read.get(ratio);
            if (!reading.ok()) {
                boolean worse = missing == null || reading.status() == Reading.Status.UNAVAILABLE;
                missing = worse ? reading.withDetail(Units.print(ratio.window()) + ": " + reading.detail()) : missing;
                continue;
            }
            double burn = (slo.successes() ? 1 - reading.value() : reading.value()) / slo.budget();
            lowest = Math.min(lowest, burn);
            windows.add(Units.print(burn, Unit.COUNT) + (windows.isEmpty() ? " times as fast" : " times") + " in "
                    + Units.print(ratio.window()));
        }
        String says = "burns the error budget " + String.join(", ", windows);
        return missing != null ? missing : Reading.of(lowest).withDetail(says);
    }

    @Override
    public String describe(MetricQuery query) {
        try {
            return slo(query).isPresent() ? queries.promQl(query) : ratios.describe(query);
        } catch (IllegalArgumentException notPromQl) {
            return null;
        }
    }

    @Override
    public void close() {
        ratios.close();
    }
}
