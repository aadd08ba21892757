package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
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
 * @param latency p50, p95, p99 and max in seconds, from when each request was due
 * @param startedAt milliseconds since the epoch
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProbeResult(
        String probe,
        Track track,
        CheckOutcome outcome,
        String says,
        List<ProbeFinding> findings,
        int requests,
        Map<Integer, Integer> statuses,
        Map<String, Double> latency,
        long startedAt,
        long tookMillis) {

    public ProbeResult {
        Objects.requireNonNull(probe, "probe");
        Objects.requireNonNull(track, "track");
        Objects.requireNonNull(outcome, "outcome");
        findings = List.copyOf(findings);
        statuses = statuses == null ? Map.of() : statuses;
        latency = latency == null ? Map.of() : latency;
    }

    /** Judges what came back. */
    static ProbeResult of(
            Probe probe, Track track, List<List<ProbeResponse>> batches, long startedAt, long tookMillis) {
        List<ProbeResponse> all = new ArrayList<>();
        batches.forEach(all::addAll);
        List<ProbeFinding> findings = new ArrayList<>();
        findings.add(Statuses.answered(all));
        CheckOutcome outcome;
        if (all.stream().noneMatch(ProbeResponse::answered)) {
            outcome = CheckOutcome.UNAVAILABLE;
        } else {
            findings.addAll(probe.judge(batches));
            outcome = outcome(findings);
        }
        return new ProbeResult(
                probe.name(),
                track,
                outcome,
                says(outcome, findings),
                findings,
                (int) all.stream().filter(ProbeResponse::wasSent).count(),
                Statuses.count(all),
                Latencies.of(all).told(),
                startedAt,
                tookMillis);
    }

    /** Of a probe that could not be sent, or not to its end. */
    static ProbeResult unavailable(String probe, Track track, String why, long startedAt, long tookMillis) {
        return new ProbeResult(
                probe, track, CheckOutcome.UNAVAILABLE, why, List.of(), 0, Map.of(), Map.of(), startedAt, tookMillis);
    }

    /** How many expectations were not met. */
    public int failures() {
        return (int)
                findings.stream().filter(f -> f.outcome() == CheckOutcome.FAIL).count();
    }

    private static CheckOutcome outcome(List<ProbeFinding> findings) {
        for (CheckOutcome worst : List.of(CheckOutcome.FAIL, CheckOutcome.UNAVAILABLE, CheckOutcome.NO_DATA)) {
            if (findings.stream().anyMatch(f -> f.outcome() == worst)) {
                return worst;
            }
        }
        return CheckOutcome.PASS;
    }

    private static String says(CheckOutcome outcome, List<ProbeFinding> findings) {
        if (outcome == CheckOutcome.PASS) {
            return "all " + findings.size() + " expectations were met";
        }
        return findings.stream()
                .filter(f -> f.outcome() == outcome || outcome == CheckOutcome.UNAVAILABLE)
                .map(f -> f.what() + ": " + f.says())
                .collect(Collectors.joining("; "));
    }
}
