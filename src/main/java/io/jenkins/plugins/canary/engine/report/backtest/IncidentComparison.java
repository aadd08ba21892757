package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.judge.BinomialShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The stops of a backtest held against the incidents that are known. A stop is true when the time from the first failing
 * check to the roll back touches a known incident, or the margin before or after one.
 *
 * @param periods when rollouts were stopped; periods of true stops and of false ones are told apart
 * @param known the known incidents within the time that was looked at
 * @param outside how many known incidents are left out, as they lie outside of that time
 * @param calm how many were stopped of the rollouts that touch no incident
 */
public record IncidentComparison(
        Duration margin, List<StoppedPeriod> periods, List<KnownIncident> known, int outside, BinomialShare calm) {

    /**
     * @param margin how long before and after an incident a stop is still one of it
     * @param gap stops that are at most so far apart are one period
     */
    public static IncidentComparison of(
            BacktestReport report, List<Incident> incidents, Recording recording, Duration margin, Duration gap) {
        List<SimulatedRollout> rollouts = report.simulated();
        List<Incident> inside = incidents.stream()
                .filter(i -> i.touches(recording.start(), recording.at(recording.ticks() - 1)))
                .toList();
        List<KnownIncident> known = new ArrayList<>();
        for (Incident incident : inside) {
            List<SimulatedRollout> own = SimulatedRollout.stopped(rollouts).stream()
                    .filter(s -> belongs(s, incident, margin))
                    .toList();
            boolean recorded = !own.isEmpty() || recording.hasData(incident.from(), incident.to());
            known.add(new KnownIncident(incident, recorded, own.size(), own.isEmpty() ? null : own.get(0)));
        }
        List<StoppedPeriod> periods = StoppedPeriod.of(
                rollouts,
                gap,
                stop -> inside.stream().filter(i -> belongs(stop, i, margin)).toList());
        List<SimulatedRollout> calm = rollouts.stream()
                .filter(r -> inside.stream()
                        .noneMatch(i -> i.widened(margin.toMillis()).touches(r.began(), r.ended())))
                .toList();
        return new IncidentComparison(
                margin,
                periods,
                known,
                incidents.size() - inside.size(),
                new BinomialShare(SimulatedRollout.stopped(calm).size(), calm.size()));
    }

    private static boolean belongs(SimulatedRollout stop, Incident incident, Duration margin) {
        return incident.widened(margin.toMillis()).touches(stop.stop().failingSince(), stop.ended());
    }

    private long caught() {
        return known.stream().filter(KnownIncident::caught).count();
    }

    /** Of the known incidents with data, those in which a rollout was stopped. */
    public BinomialShare recall() {
        return new BinomialShare(
                caught(), known.stream().filter(KnownIncident::recorded).count());
    }

    /** Of the stopped periods, where all stops of a known incident count as one, those of known incidents. */
    public BinomialShare precision() {
        return new BinomialShare(
                caught(),
                caught() + periods.stream().filter(StoppedPeriod::isFalse).count());
    }

    /** How many rollouts were stopped where no incident is known. */
    public int falseStops() {
        return periods.stream()
                .filter(StoppedPeriod::isFalse)
                .mapToInt(p -> p.stops().size())
                .sum();
    }

    /** Precision, recall and false stops in sentences. */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("recall: " + recall().hits() + " of " + Units.count(recall().of(), "known incident") + " caught"
                + interval(recall()));
        lines.add("precision: " + precision().hits() + " of "
                + Units.count(precision().of(), "stopped period") + " true"
                + interval(precision()));
        lines.add("false stops: " + Units.count(falseStops(), "rollout") + "; " + calm.hits() + " of "
                + Units.count(calm.of(), "rollout") + " that touched no known incident" + interval(calm));
        if (outside > 0) {
            lines.add("left out, as they lie outside of the time looked at: " + Units.count(outside, "known incident"));
        }
        return lines;
    }

    /** The same with each known incident. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("known incidents (a stop up to " + Units.print(margin) + " before or after one is one of it):");
        known.forEach(k -> lines.add("  " + k.line()));
        lines.addAll(summary());
        return lines;
    }

    private static String interval(BinomialShare s) {
        return s.of() == 0
                ? ""
                : " (" + Units.print(s.share(), Unit.RATIO) + "; 95% interval " + Units.print(s.low(), Unit.RATIO)
                        + " to " + Units.print(s.high(), Unit.RATIO) + ")";
    }

    /** As plain values that scripts and programs may keep. */
    public LinkedHashMap<String, Object> plain() {
        LinkedHashMap<String, Object> plain = new LinkedHashMap<>();
        plain.put("marginSeconds", margin.toSeconds());
        plain.put("recall", plain(recall()));
        plain.put("precision", plain(precision()));
        plain.put("calm", plain(calm));
        plain.put("falseStops", falseStops());
        plain.put("outside", outside);
        plain.put(
                "known",
                new ArrayList<>(known.stream().map(KnownIncident::plain).toList()));
        return plain;
    }

    private static LinkedHashMap<String, Object> plain(BinomialShare s) {
        LinkedHashMap<String, Object> plain = new LinkedHashMap<>();
        plain.put("hits", s.hits());
        plain.put("of", s.of());
        plain.put("share", s.of() == 0 ? null : s.share());
        plain.put("low", s.of() == 0 ? null : s.low());
        plain.put("high", s.of() == 0 ? null : s.high());
        return plain;
    }
}
