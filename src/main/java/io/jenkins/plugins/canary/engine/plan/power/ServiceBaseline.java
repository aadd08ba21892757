package io.jenkins.plugins.canary.engine.plan.power;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Detectability;
import io.jenkins.plugins.canary.engine.judge.LatencyPower;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a Prometheus server says of a service as a rollout begins: enough to foretell what its phases will see.
 *
 * @param requestsPerSecond both tracks together; positive
 * @param errorRate of stable
 * @param median of stable's latency, seconds; null when it is not known
 * @param p99 likewise
 */
public record ServiceBaseline(double requestsPerSecond, double errorRate, Double median, Double p99) {

    private static final Duration LOOK_BACK = Duration.ofMinutes(10);
    private static final MetricQuery STABLE_RATE = query(Metric.of("request-rate"), Track.STABLE);
    private static final MetricQuery CANARY_RATE = query(Metric.of("request-rate"), Track.CANARY);
    private static final MetricQuery ERRORS = query(Metric.of("error-rate"), Track.STABLE);
    private static final MetricQuery MEDIAN = query(new Metric("latency", 0.5), Track.STABLE);
    private static final MetricQuery P99 = query(new Metric("latency", 0.99), Track.STABLE);

    private static MetricQuery query(Metric metric, Track track) {
        return new MetricQuery(metric, track, LOOK_BACK);
    }

    /**
     * What to read, once; nothing of a source that does not remember, and nothing where a baseline stands for the stable
     * version: that gets a part of its requests only.
     */
    public static Set<MetricQuery> queries(CanaryPlan plan) {
        return plan.metrics().source() instanceof SourceSettings.Prometheus && !plan.comparesWithBaseline(0)
                ? new LinkedHashSet<>(List.of(STABLE_RATE, CANARY_RATE, ERRORS, MEDIAN, P99))
                : Set.of();
    }

    /** Null when too little of it could be read. */
    public static ServiceBaseline of(Map<MetricQuery, Double> values) {
        double rate = values.getOrDefault(STABLE_RATE, 0.0) + values.getOrDefault(CANARY_RATE, 0.0);
        Double errors = values.get(ERRORS);
        return errors == null || !(rate > 0 && errors >= 0 && errors < 1)
                ? null
                : new ServiceBaseline(rate, errors, values.get(MEDIAN), values.get(P99));
    }

    public PowerAnalysis powerAnalysis() {
        boolean latency = median != null && p99 != null && median > 0 && p99 > median;
        return new PowerAnalysis(
                new Detectability(requestsPerSecond, errorRate),
                latency ? new LatencyPower(median, p99) : null,
                PowerAnalysis.usuallyWanted(errorRate));
    }
}
