package io.jenkins.plugins.canary.engine.report.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A time that is known to have been bad.
 *
 * @param from milliseconds since the epoch
 * @param to its end, after {@code from}
 */
public record Incident(long from, long to, String name) {

    /** Whether it has a moment in common with a time, its ends included. */
    boolean touches(long begin, long end) {
        return from <= end && begin <= to;
    }

    /** The same with so many milliseconds added before it and after it. */
    Incident widened(long margin) {
        return new Incident(from - margin, to + margin, name);
    }

    /** One of those that are at most so many milliseconds apart, with all their names; in the order of time. */
    static List<Incident> merged(List<Incident> incidents, long gap) {
        List<Incident> merged = new ArrayList<>();
        for (Incident next : incidents.stream()
                .sorted(Comparator.comparingLong(Incident::from))
                .toList()) {
            int last = merged.size() - 1;
            if (last >= 0 && next.from - merged.get(last).to <= gap) {
                Incident before = merged.get(last);
                boolean named = List.of(before.name.split(", ")).contains(next.name);
                merged.set(
                        last,
                        new Incident(
                                before.from,
                                Math.max(before.to, next.to),
                                named ? before.name : before.name + ", " + next.name));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }
}
