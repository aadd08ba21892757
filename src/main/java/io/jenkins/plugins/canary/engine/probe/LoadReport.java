package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import java.util.Map;
import java.util.Objects;

/**
 * What a steady load came to.
 *
 * @param requests how many were sent
 * @param unanswered how many of those had no answer
 * @param missed how many were not sent, because too many others were still unanswered
 * @param latency p50, p95, p99 and max in seconds, from when each request was due
 * @param startedAt milliseconds since the epoch
 */
public record LoadReport(
        Track track,
        String path,
        int requests,
        Map<Integer, Integer> statuses,
        int unanswered,
        int missed,
        Map<String, Double> latency,
        long startedAt,
        long tookMillis) {

    public LoadReport {
        Objects.requireNonNull(track, "track");
        statuses = statuses == null ? Map.of() : statuses;
        latency = latency == null ? Map.of() : latency;
    }
}
