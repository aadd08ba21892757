package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which values of a label are looked at by themselves: the first {@link Breakdown#NAMED} of the phase, where there are more
 * at once those with the most requests on stable. All others, and requests without the label, are taken together. A value
 * keeps its place until the phase ends, so that what was counted of it stays its own.
 */
public final class LabelValues {

    /** Longer ones are taken for the others: they would fill journals. */
    private static final int LONGEST = 200;

    /** More pods say hardly more of how much pods differ. */
    public static final int PODS = 20;

    private final Map<MetricQuery, Reading> readings;
    private final EvidenceFold evidence;
    private final Map<String, Set<String>> named = new HashMap<>();

    private LabelValues(Map<MetricQuery, Reading> readings, EvidenceFold evidence) {
        this.readings = readings;
        this.evidence = evidence;
    }

    /**
     * The readings with no more values than are judged. Doing it twice changes nothing.
     *
     * @param evidence of the ticks before
     */
    public static Map<MetricQuery, Reading> bounded(Map<MetricQuery, Reading> readings, EvidenceFold evidence) {
        LabelValues values = new LabelValues(readings, evidence);
        Map<MetricQuery, Reading> all = new LinkedHashMap<>();
        readings.forEach((query, reading) -> all.put(
                query, reading.parts().isEmpty() || query.past() != null ? reading : values.bounded(query, reading)));
        return all;
    }

    private Reading bounded(MetricQuery query, Reading reading) {
        if (evidence.isOfPods(query.by()) && asked(query.by()).isEmpty()) {
            return pods(reading);
        }
        Set<String> own = named.computeIfAbsent(query.by(), this::choose);
        Map<String, Double> parts = new HashMap<>(reading.parts());
        parts.keySet().retainAll(own);
        if (isRanked(query.by())) {
            others(query, reading, own).ifPresent(value -> parts.put(Breakdown.OTHERS, value));
        }
        return parts.isEmpty()
                ? Reading.unavailable("its values of '" + query.by()
                        + "' could not be ranked: the requests of each were" + " not read, or there are more than "
                        + Breakdown.NAMED + " and nothing says which matter")
                : new Reading(reading.status(), reading.value(), reading.detail(), parts);
    }

    /** The first pods by name: so many tell how much all of them differ, and pods keep their names. */
    private static Reading pods(Reading reading) {
        Map<String, Double> first = reading.parts().entrySet().stream()
                .filter(e -> e.getKey().length() <= LONGEST)
                .sorted(Map.Entry.comparingByKey())
                .limit(PODS)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return first.isEmpty()
                ? Reading.noData("the names of its pods are longer than " + LONGEST + " characters")
                : new Reading(reading.status(), reading.value(), reading.detail(), first);
    }

    /** The values that have a place, and those that get one now. */
    private Set<String> choose(String label) {
        Set<String> all = new TreeSet<>(evidence.values(label));
        all.remove(Breakdown.OTHERS);
        if (!isRanked(label)) {
            return all;
        }
        if (asked(label).isEmpty()) {
            values(label).forEach(value -> fill(all, Map.of(value, 0.0)));
        } else {
            fill(all, traffic(label, Track.STABLE));
            fill(all, traffic(label, Track.CANARY));
        }
        return all;
    }

    /** Whether this tick says which values matter: a tick that does not chooses none and has no others. */
    private boolean isRanked(String label) {
        List<MetricQuery> asked = asked(label);
        Set<Track> tracks = asked.stream().map(MetricQuery::track).collect(Collectors.toSet());
        Track first = tracks.contains(Track.STABLE) ? Track.STABLE : Track.CANARY;
        return asked.isEmpty()
                ? values(label).size() <= Breakdown.NAMED
                : asked.stream().anyMatch(q -> readings.get(q).ok())
                        && asked.stream()
                                .anyMatch(q ->
                                        q.track() == first && readings.get(q).status() != Reading.Status.UNAVAILABLE);
    }

    /** The queries for the requests of each value. */
    private List<MetricQuery> asked(String label) {
        return readings.keySet().stream()
                .filter(q -> label.equals(q.by()) && q.metric().equals(Criterion.REQUESTS))
                .toList();
    }

    private Set<String> values(String label) {
        return readings.entrySet().stream()
                .filter(e -> label.equals(e.getKey().by()))
                .flatMap(e -> e.getValue().parts().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void fill(Set<String> all, Map<String, Double> traffic) {
        traffic.entrySet().stream()
                .filter(e -> !e.getKey().equals(Breakdown.OTHERS) && e.getKey().length() <= LONGEST)
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .filter(value -> !all.contains(value))
                .limit(Math.max(0, Breakdown.NAMED - all.size()))
                .toList()
                .forEach(all::add);
    }

    /** A track's requests by value, over the longest window. */
    private Map<String, Double> traffic(String label, Track track) {
        return asked(label).stream()
                .filter(q -> q.track() == track && readings.get(q).ok())
                .max(Comparator.comparing(MetricQuery::window))
                .map(q -> readings.get(q).parts())
                .orElse(Map.of());
    }

    /** What the others come to: counts are added up, shares weighted by requests; nothing where neither can be done. */
    private Optional<Double> others(MetricQuery query, Reading reading, Set<String> own) {
        Map<String, Double> left = new HashMap<>(reading.parts());
        left.keySet().removeAll(own);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        if (left.size() == 1 && left.containsKey(Breakdown.OTHERS)) {
            return Optional.of(left.get(Breakdown.OTHERS));
        }
        Unit unit = BuiltInMetric.named(query.metric().name())
                .map(BuiltInMetric::unit)
                .orElse(Unit.SECONDS);
        if (unit == Unit.COUNT || unit == Unit.PER_SECOND) {
            return Optional.of(
                    left.values().stream().mapToDouble(Double::doubleValue).sum());
        }
        Map<String, Double> requests = readings.getOrDefault(
                        new MetricQuery(Criterion.REQUESTS, query.track(), query.window()).by(query.by()),
                        Reading.noData(""))
                .parts();
        double all = left.keySet().stream()
                .mapToDouble(value -> requests.getOrDefault(value, 0.0))
                .sum();
        double part = left.entrySet().stream()
                .mapToDouble(e -> e.getValue() * requests.getOrDefault(e.getKey(), 0.0))
                .sum();
        return unit == Unit.RATIO && all > 0 ? Optional.of(Math.min(1, part / all)) : Optional.empty();
    }
}
