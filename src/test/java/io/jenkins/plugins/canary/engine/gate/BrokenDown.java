package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One phase of a service with many routes, whose requests are counted as a source would count them. */
final class BrokenDown {

    static final Duration WINDOW = Duration.ofMinutes(1);
    static final String LABEL = "route";
    private static final long START = 1_000_000;
    private static final long TICK = 60_000;
    private static final Metric ERRORS = Metric.of("error-rate");

    private record Seen(double failed, double total) {}

    private final Map<Track, Map<String, Seen>> counted = new HashMap<>();
    private final Map<MetricQuery, Reading> readings = new HashMap<>();
    private EvidenceFold fold;
    private int ticks;

    BrokenDown(Criterion... criteria) {
        fold = EvidenceFold.open(START, List.of(criteria), Duration.ZERO, null, x -> 1);
    }

    /** Requests of the tick to come, of which some fail. */
    BrokenDown serve(Track track, String route, double failed, double total) {
        counted.computeIfAbsent(track, t -> new LinkedHashMap<>())
                .merge(route, new Seen(failed, total), (a, b) -> new Seen(a.failed + b.failed, a.total + b.total));
        return this;
    }

    /** Folds a tick with all that has been counted since the phase began. */
    BrokenDown tick() {
        ticks++;
        long at = START + ticks * TICK;
        Duration since = fold.window(at);
        readings.clear();
        for (Duration window : since == null ? List.of(WINDOW) : List.of(since, WINDOW)) {
            for (Track track : Track.VERSIONS) {
                Map<String, Double> rates = new HashMap<>();
                Map<String, Double> requests = new HashMap<>();
                counted.getOrDefault(track, Map.of()).forEach((route, seen) -> {
                    rates.put(route, seen.failed / seen.total);
                    requests.put(route, seen.total);
                });
                read(new MetricQuery(ERRORS, track, window).by(LABEL), Reading.of(LABEL, rates));
                read(new MetricQuery(Criterion.REQUESTS, track, window).by(LABEL), Reading.of(LABEL, requests));
                double all = requests.values().stream().mapToDouble(v -> v).sum();
                double failed = counted.getOrDefault(track, Map.of()).values().stream()
                        .mapToDouble(Seen::failed)
                        .sum();
                read(new MetricQuery(ERRORS, track, window), Reading.of(failed / all));
                read(new MetricQuery(Criterion.REQUESTS, track, window), Reading.of(all));
            }
        }
        Map<MetricQuery, Reading> bounded = LabelValues.bounded(readings, fold);
        readings.putAll(bounded);
        Map<MetricQuery, Double> values = new HashMap<>();
        readings.forEach((query, reading) -> {
            reading.parts().forEach((part, value) -> values.put(query.part(part), value));
            if (reading.ok() && reading.parts().isEmpty()) {
                values.put(query, reading.value());
            }
        });
        fold = fold.tick(at, values, since, null);
        return this;
    }

    void read(MetricQuery query, Reading reading) {
        readings.put(query, reading);
    }

    Map<MetricQuery, Reading> readings() {
        return readings;
    }

    EvidenceFold evidence() {
        return fold;
    }

    Check check(Criterion criterion) {
        return criterion.check(readings, fold, fold.window(START + ticks * TICK));
    }
}
