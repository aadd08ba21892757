package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Judges a criterion for each value of a label: it fails where one value fails, and passes where each with enough requests
 * does. A release that breaks one endpoint of twenty does not hide in the average.
 *
 * <p>Each value is one of {@link #MOST} tests, and each may call harm wrongly with that part of the promised probability
 * (Bonferroni): together they keep the promise, however the values depend on each other, and since the number is fixed
 * beforehand, also with values that come later.
 */
public record Breakdown(Criterion criterion) {

    /** So many values are looked at by themselves. */
    static final int NAMED = 20;
    /** Those and the others. */
    public static final int MOST = NAMED + 1;
    /** Stands for all other values: no label's value is empty. */
    static final String OTHERS = "";

    private static final int SHOWN = 3;
    private static final int LONGEST = 60;

    /** One value of the label. */
    private record Part(String value, Check check, boolean enough, double requests, Double canary, Double stable) {

        double apart() {
            return canary == null ? 0 : stable == null ? canary : Math.abs(canary - stable);
        }

        String name() {
            return value.equals(OTHERS) ? "others" : PlainText.clip(value, LONGEST);
        }
    }

    /** What is read at a tick, by value. */
    Set<MetricQuery> queries(Duration window) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        for (Track track : criterion.versus() == null ? List.of(Track.CANARY) : Track.VERSIONS) {
            all.add(criterion.query(track).by(criterion.by()));
            if (criterion.minRequests() > 0) {
                all.add(new MetricQuery(Criterion.REQUESTS, track, window).by(criterion.by()));
            }
            if (criterion.asksHowMuchSlower()) {
                all.add(criterion.latency(track).by(criterion.by()));
            }
        }
        return all;
    }

    Check check(Map<MetricQuery, Reading> readings, EvidenceFold evidence, Duration counted) {
        boolean counts = criterion.counts() && counted != null;
        for (MetricQuery query : counts ? criterion.countingQueries(counted) : queries(criterion.window())) {
            Reading reading = Criterion.reading(readings, query);
            if (!reading.ok()) {
                return criterion.blind(reading, query.track().word());
            }
        }
        Set<String> values = new TreeSet<>(evidence.values(criterion.by()));
        readings.forEach((query, reading) -> {
            if (criterion.by().equals(query.by()) && query.track() == Track.CANARY) {
                values.addAll(reading.parts().keySet());
            }
        });
        Criterion alone = criterion.ofEachValue();
        List<Part> parts = values.stream()
                .map(value -> part(alone, value, readings, evidence, counted))
                .sorted(Comparator.comparingDouble(Part::apart).reversed())
                .toList();
        return together(parts);
    }

    private Part part(
            Criterion alone,
            String value,
            Map<MetricQuery, Reading> readings,
            EvidenceFold evidence,
            Duration counted) {
        Map<MetricQuery, Reading> own = new HashMap<>();
        readings.forEach((query, reading) -> {
            if (criterion.by().equals(query.by())) {
                Double part = reading.parts().get(value);
                own.put(query.by(null), part == null ? Reading.noData("no requests") : Reading.of(part));
            }
        });
        EvidenceFold gathered = evidence.part(criterion, value, alone);
        Check check = alone.check(own, gathered, counted);
        if (alone.counts() && gathered.of(alone) instanceof CountEvidence counts) {
            double canary = counts.counted().canary().total().total();
            boolean both = counts.counted().stable().total().total() > 0;
            boolean enough = both && canary >= criterion.minRequests();
            return both
                    ? new Part(
                            value,
                            check,
                            enough,
                            canary,
                            share(counts.counted().canary()),
                            share(counts.counted().stable()))
                    : new Part(value, check, false, canary, check.value(), null);
        }
        double requests = number(own, new MetricQuery(Criterion.REQUESTS, Track.CANARY, criterion.window()));
        boolean compared = criterion.versus() == null
                || Criterion.reading(own, alone.query(Track.STABLE)).ok();
        boolean enough = compared && requests >= criterion.minRequests();
        return new Part(value, check, enough, requests, check.value(), check.stable());
    }

    private Double share(CountEvidence.PhaseCounts counts) {
        double failed = counts.total().rate();
        return criterion.failures().successes() ? 1 - failed : failed;
    }

    private static double number(Map<MetricQuery, Reading> own, MetricQuery query) {
        Reading reading = Criterion.reading(own, query);
        return reading.ok() ? reading.value() : 0;
    }

    private Check together(List<Part> parts) {
        List<Part> failed = having(parts, CheckOutcome.FAIL);
        if (!failed.isEmpty()) {
            return check(CheckOutcome.FAIL, failed.get(0), ": " + worst(failed));
        }
        List<Part> open = parts.stream()
                .filter(p -> p.enough() && p.check().outcome() != CheckOutcome.PASS)
                .toList();
        if (!open.isEmpty()) {
            boolean faulty = !having(open, CheckOutcome.UNAVAILABLE).isEmpty();
            return check(
                    faulty ? CheckOutcome.UNAVAILABLE : CheckOutcome.NO_DATA,
                    open.get(0),
                    ": not known yet for " + worst(open));
        }
        List<Part> passed = having(parts, CheckOutcome.PASS);
        List<Part> few = parts.stream()
                .filter(p -> p.check().outcome() != CheckOutcome.PASS)
                .toList();
        if (passed.isEmpty()) {
            return check(CheckOutcome.NO_DATA, null, ": " + tooFew(few));
        }
        String rest = few.isEmpty() ? "" : "; " + tooFew(few);
        String values = Units.count(passed.size(), "value");
        return check(
                CheckOutcome.PASS,
                passed.get(0),
                ": passes for " + values + ", at most apart " + shares(passed.get(0)) + rest);
    }

    private static List<Part> having(List<Part> parts, CheckOutcome outcome) {
        return parts.stream().filter(p -> p.check().outcome() == outcome).toList();
    }

    private Check check(CheckOutcome outcome, Part part, String says) {
        Double canary = part == null ? null : part.canary();
        Double stable = part == null ? null : part.stable();
        return new Check(criterion.label(), outcome, canary, stable, criterion.subject() + says);
    }

    private String worst(List<Part> parts) {
        Part first = parts.get(0);
        String because =
                first.check().says().substring(criterion.metric().label().length());
        String next = parts.stream()
                .skip(1)
                .limit(SHOWN - 1)
                .map(part -> "; " + shares(part))
                .collect(Collectors.joining());
        return shares(first) + " (" + because.replaceFirst("^[: ]+", "") + ")" + next + more(parts.size());
    }

    private static String more(int parts) {
        return parts > SHOWN ? "; and " + (parts - SHOWN) + " more" : "";
    }

    /** {@code /checkout: 4.1% against 0.2%}. */
    private String shares(Part part) {
        String canary = part.canary() == null ? "" : ": " + Units.print(part.canary(), criterion.unit());
        return part.name()
                + canary
                + (part.stable() == null ? "" : " against " + Units.print(part.stable(), criterion.unit()));
    }

    private String tooFew(List<Part> parts) {
        List<Part> most = new ArrayList<>(parts);
        most.sort(Comparator.comparingDouble(Part::requests).reversed());
        String names = most.stream()
                .limit(SHOWN)
                .map(p -> p.name() + " has " + Units.count((long) p.requests(), "request"))
                .collect(Collectors.joining("; "));
        return "too few requests, or none on stable, of " + Units.count(parts.size(), "value") + " ("
                + Units.count(criterion.minRequests(), "request") + " wanted): " + names + more(parts.size());
    }
}
