package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.metric.prometheus.QueryResult.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Cuts a long range into parts that a server accepts, and puts the answers together again. */
final class RangeParts {

    /** Prometheus refuses more than 11,000 points a series; and the answer has to stay small. */
    static final int POINTS = 10_000;

    private RangeParts() {}

    /** Both ends are included. */
    record Part(Instant start, Instant end) {}

    static List<Part> of(Instant start, Instant end, Duration step) {
        List<Part> parts = new ArrayList<>();
        Duration reach = step.multipliedBy(POINTS - 1L);
        for (Instant from = start; !from.isAfter(end); from = from.plus(reach).plus(step)) {
            Instant to = from.plus(reach);
            parts.add(new Part(from, to.isBefore(end) ? to : end));
        }
        return parts;
    }

    static QueryResult join(List<QueryResult> parts) {
        Map<Map<String, String>, Series> joined = new LinkedHashMap<>();
        Set<String> notes = new LinkedHashSet<>();
        for (QueryResult part : parts) {
            notes.addAll(part.notes());
            part.series().forEach(s -> joined.merge(s.labels(), s, RangeParts::append));
        }
        return new QueryResult(List.copyOf(joined.values()), List.copyOf(notes));
    }

    private static Series append(Series a, Series b) {
        return new Series(
                a.labels(),
                LongStream.concat(LongStream.of(a.millis()), LongStream.of(b.millis()))
                        .toArray(),
                Stream.of(a.values(), b.values())
                        .flatMapToDouble(java.util.Arrays::stream)
                        .toArray());
    }
}
