package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How the weight follows the dynamic weight without oscillating: falls at once, rises only past a deadband, by so
 * much at a time and so often. Pure.
 *
 * @param deadband a rise of less than this is not worth a shift
 * @param every the time between a change and the next rise
 * @param window how far back latency and error rate look
 */
public record WeightPolicy(
        DynamicWeight formula, double quantile, Weight deadband, Weight maxRise, Duration every, Duration window) {

    private static final Metric ERRORS = Metric.of("error-rate");

    /** What must be read to advise. */
    public Set<MetricQuery> queries() {
        Set<MetricQuery> all = new LinkedHashSet<>();
        for (Track track : Track.VERSIONS) {
            all.add(latency(track));
            all.add(errors(track));
        }
        return all;
    }

    /**
     * The dynamic weight; empty when any of the readings is missing or no weight can be computed from them: no data is
     * no reason for any weight.
     */
    public Optional<DynamicWeight.Advice> advise(Map<MetricQuery, Reading> readings) {
        double stable = value(readings, latency(Track.STABLE));
        double latencyDelta = (value(readings, latency(Track.CANARY)) - stable) / stable;
        double errorDelta = value(readings, errors(Track.CANARY)) - value(readings, errors(Track.STABLE));
        try {
            return Optional.of(formula.advise(latencyDelta, errorDelta));
        } catch (IllegalArgumentException | ArithmeticException noNumbers) {
            return Optional.empty();
        }
    }

    /**
     * The weight to set now.
     *
     * @param limit of the phase and the cap; the answer is never above it
     * @param deserved while the breaker is closed
     * @param sinceMillis the time since the weight last changed
     * @param possible whether the router can set a weight; the next lower one that it can is taken
     * @return the current weight when nothing is to change
     */
    public Weight next(Weight current, Weight limit, Weight deserved, long sinceMillis, Predicate<Weight> possible) {
        Weight target = deserved.min(limit);
        if (target.compareTo(current) > 0) {
            boolean worth = target.tenths() - current.tenths() >= deadband.tenths();
            if (!worth || sinceMillis < every.toMillis()) {
                return current;
            }
            target = target.min(risen(current));
        }
        for (int tenths = target.tenths(); tenths > 0; tenths--) {
            if (possible.test(new Weight(tenths))) {
                boolean turned = target.compareTo(current) > 0 && tenths < current.tenths();
                return turned ? current : new Weight(tenths);
            }
        }
        return current;
    }

    /** The most that a single step leads to. */
    public Weight risen(Weight current) {
        return new Weight(Math.min(Weight.FULL.tenths(), current.tenths() + maxRise.tenths()));
    }

    private MetricQuery latency(Track track) {
        return new MetricQuery(new Metric("latency", quantile), track, window);
    }

    private MetricQuery errors(Track track) {
        return new MetricQuery(ERRORS, track, window);
    }

    private static double value(Map<MetricQuery, Reading> readings, MetricQuery query) {
        Reading reading = readings.get(query);
        return reading == null || !reading.ok() ? Double.NaN : reading.value();
    }
}
