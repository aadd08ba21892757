package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A time in which a release would have been stopped: the stops that follow each other closely.
 *
 * @param from since when the first stop's criterion had failed, milliseconds since the epoch
 * @param to when the last rollout was stopped
 * @param incidents the known incidents that it belongs to; none for a false stop, null when no incidents are known
 */
public record StoppedPeriod(long from, long to, List<SimulatedRollout> stops, List<Incident> incidents) {

    /**
     * @param rollouts in the order of time
     * @param gap stops that are at most so far apart belong together
     */
    public static List<StoppedPeriod> of(List<SimulatedRollout> rollouts, Duration gap) {
        return of(rollouts, gap, stop -> null);
    }

    /** @param incidents the known incidents of a stop; stops of different ones are different periods */
    static List<StoppedPeriod> of(
            List<SimulatedRollout> rollouts, Duration gap, Function<SimulatedRollout, List<Incident>> incidents) {
        List<StoppedPeriod> periods = new ArrayList<>();
        for (SimulatedRollout stop : SimulatedRollout.stopped(rollouts)) {
            List<Incident> own = incidents.apply(stop);
            int last = periods.size() - 1;
            if (last >= 0 && periods.get(last).takes(stop, own, gap)) {
                StoppedPeriod before = periods.get(last);
                before.stops.add(stop);
                periods.set(last, new StoppedPeriod(before.from, stop.ended(), before.stops, own));
            } else {
                List<SimulatedRollout> stops = new ArrayList<>(List.of(stop));
                periods.add(new StoppedPeriod(stop.stop().failingSince(), stop.ended(), stops, own));
            }
        }
        return periods;
    }

    private boolean takes(SimulatedRollout stop, List<Incident> own, Duration gap) {
        boolean sameIncidents = incidents == null ? own == null : incidents.equals(own);
        return sameIncidents && stop.stop().failingSince() - to <= gap.toMillis();
    }

    /** Whether no known incident explains it. */
    public boolean isFalse() {
        return incidents != null && incidents.isEmpty();
    }

    /** How many rollouts each rule or criterion stopped. */
    public Map<String, Integer> byCause() {
        return byCause(stops);
    }

    static Map<String, Integer> byCause(List<SimulatedRollout> stops) {
        Map<String, Integer> byCause = new LinkedHashMap<>();
        stops.forEach(s -> byCause.merge(s.stop().cause(), 1, Integer::sum));
        return byCause;
    }

    /**
     * The periods for people; none when there are none.
     *
     * @param most after so many the others are counted
     */
    public static List<String> lines(List<StoppedPeriod> periods, Duration gap, int most) {
        List<String> lines = new ArrayList<>();
        if (!periods.isEmpty()) {
            lines.add("stopped, from when to when (stops at most " + Units.print(gap) + " apart are one period):");
            periods.stream().limit(most).forEach(p -> lines.add("  " + p.line()));
        }
        if (periods.size() > most) {
            lines.add("  and " + Units.count(periods.size() - most, "more period", "more periods"));
        }
        return lines;
    }

    /** When, by what, and whether a known incident explains it, in one line for people. */
    public String line() {
        String causes = byCause().entrySet().stream()
                .map(e -> e.getValue() + " by " + e.getKey())
                .collect(Collectors.joining(", "));
        String when = from == to
                ? "at " + Instant.ofEpochMilli(from)
                : Instant.ofEpochMilli(from) + " to " + Instant.ofEpochMilli(to) + ", "
                        + Units.print(Duration.ofMillis(to - from));
        return when + ": " + causes + (incidents == null ? "" : "; " + verdict());
    }

    /** Only where incidents are known. */
    public String verdict() {
        return isFalse()
                ? "FALSE, no known incident"
                : "known: " + incidents.stream().map(Incident::name).collect(Collectors.joining("; "));
    }

    /** As plain values that scripts and programs may keep. */
    public LinkedHashMap<String, Object> plain() {
        LinkedHashMap<String, Object> plain = new LinkedHashMap<>();
        plain.put("from", Instant.ofEpochMilli(from).toString());
        plain.put("to", Instant.ofEpochMilli(to).toString());
        plain.put("stops", stops.size());
        plain.put("byCause", new LinkedHashMap<>(byCause()));
        plain.put("phase", stops.get(0).phase());
        plain.put("reason", stops.get(0).stop().reason());
        if (incidents != null) {
            plain.put(
                    "incidents",
                    new ArrayList<>(incidents.stream().map(Incident::name).toList()));
        }
        return plain;
    }
}
