package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.metric.JsonQuery.Take;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * One number out of the points of a series, in whatever order they come. A point without a value is left out, and one that
 * lies in the future; of two points of the same time the later one in the document counts.
 *
 * @param age how old the newest point may be
 * @param window how far before {@code at} points count; the newest one counts in any case
 */
record JsonPoints(Take take, SampleAge age, Duration window, Instant at) {

    /** @param times as many as values; null when the document does not say */
    Reading of(List<JsonNode> values, List<JsonNode> times) {
        if (times != null && times.size() != values.size()) {
            return Reading.unavailable("there are " + values.size() + " values and " + times.size() + " times");
        }
        List<Double> untimed = new ArrayList<>();
        TreeMap<Instant, Double> points = new TreeMap<>();
        for (int i = 0; i < values.size(); i++) {
            Reading value = JsonNumber.reading(values.get(i));
            if (value.status() == Reading.Status.UNAVAILABLE) {
                return value;
            }
            Instant time = times == null ? null : JsonTime.of(times.get(i));
            if (times != null && time == null) {
                return Reading.unavailable("a point has no time that can be read: " + JsonTime.FORMS);
            }
            if (value.ok() && time == null) {
                untimed.add(value.value());
            } else if (value.ok()) {
                points.put(time, value.value());
            }
        }
        points.tailMap(at.plus(SampleAge.AHEAD), false).clear();
        if (points.isEmpty() && untimed.isEmpty()) {
            return Reading.noData("no point has a value");
        }
        return times == null ? taken(untimed) : timed(points);
    }

    private Reading timed(TreeMap<Instant, Double> points) {
        Instant newest = points.lastKey();
        Instant first = at.minus(window);
        List<Double> within = List.copyOf(
                points.tailMap(newest.isBefore(first) ? newest : first, true).values());
        return age.check(taken(within), newest, at);
    }

    private Reading taken(List<Double> values) {
        double last = values.get(values.size() - 1);
        var all = values.stream().mapToDouble(v -> v).summaryStatistics();
        return Reading.of(
                switch (take) {
                    case LAST -> last;
                    case MEAN -> all.getAverage();
                    case SUM -> all.getSum();
                    case MIN -> all.getMin();
                    case MAX -> all.getMax();
                });
    }
}
