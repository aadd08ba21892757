package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a probe came to, as the journal keeps it. Holds no secret.
 *
 * @param outcome FAIL when an expectation was not met; UNAVAILABLE when nobody answered; NO_DATA when the answers neither
 *     bear an expectation out nor refute it
 * @param says the outcome in a sentence
 * @param requests how many were sent
 * @param statuses how many answers had each status
 * @param latency p50, p95, p99 and max in seconds, from when each request was due
 * @param startedAt milliseconds since the epoch
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProbeResult(String probe, Track track, Outcome outcome, String says, List<Finding> findings, int requests,
        Map<Integer, Integer> statuses, Map<String, Double> latency, long startedAt, long tookMillis) {

    public ProbeResult {
        Objects.requireNonNull(probe, "probe");
        Objects.requireNonNull(track, "track");
        Objects.requireNonNull(outcome, "outcome");
        findings = List.copyOf(findings);
        statuses = statuses == null ? Map.of() : statuses;
        latency = latency == null ? Map.of() : latency;
    }

    /** Judges what came back. */
    static ProbeResult of(Probe probe, Track track, List<List<Hit>> volleys, long startedAt, long tookMillis) {
        List<Hit> all = new ArrayList<>();
        volleys.forEach(all::addAll);
        List<Finding> findings = new ArrayList<>();
        findings.add(Statuses.answered(all));
        Outcome outcome;
        if (all.stream().noneMatch(Hit::answered)) {
            outcome = Outcome.UNAVAILABLE;
        } else {
            findings.addAll(probe.judge(volleys));
            outcome = outcome(findings);
        }
        return new ProbeResult(probe.name(), track, outcome, says(outcome, findings), findings,
                (int) all.stream().filter(Hit::wasSent).count(),
                Statuses.count(all), Latencies.of(all).told(), startedAt, tookMillis);
    }

    /** Of a probe that could not be sent, or not to its end. */
    static ProbeResult unavailable(String probe, Track track, String why, long startedAt, long tookMillis) {
        return new ProbeResult(
                probe, track, Outcome.UNAVAILABLE, why, List.of(), 0, Map.of(), Map.of(), startedAt, tookMillis);
    }

    /** How many expectations were not met. */
    public int failures() {
        return (int) findings.stream().filter(f -> f.outcome() == Outcome.FAIL).count();
    }

    private static Outcome outcome(List<Finding> findings) {
        for (Outcome worst : List.of(Outcome.FAIL, Outcome.UNAVAILABLE, Outcome.NO_DATA)) {
            if (findings.stream().anyMatch(f -> f.outcome() == worst)) {
                return worst;
            }
        }
        return Outcome.PASS;
    }

    private static String says(Outcome outcome, List<Finding> findings) {
        if (outcome == Outcome.PASS) {
            return "all " + findings.size() + " expectations were met";
        }
        return findings.stream()
                .filter(f -> f.outcome() == outcome || outcome == Outcome.UNAVAILABLE)
                .map(f -> f.what() + ": " + f.says())
                .collect(Collectors.joining("; "));
    }
}
