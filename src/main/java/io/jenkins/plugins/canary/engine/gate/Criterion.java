package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.Unit;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * One thing that must be true of the canary.
 *
 * @param unit what {@code min}, {@code max} and the readings are in
 * @param min lowest value that passes; null for none
 * @param max highest value that passes; null for none
 * @param versus comparison with the stable track; null for none
 * @param minRequests fewer requests than this in the window are no data; 0 for none
 * @param noDataDeadline after this long without data the gate fails; null for never
 * @param window how far back rates and quantiles look
 */
public record Criterion(
        Metric metric,
        Unit unit,
        Double min,
        Double max,
        Versus versus,
        long minRequests,
        NoDataPolicy onNoData,
        Duration noDataDeadline,
        Duration window) {

    /** The count that {@code minRequests} is held against. */
    public static final Metric REQUESTS = Metric.of("requests");

    /** All that must be read to judge this criterion. */
    public Set<MetricQuery> queries() {
        Set<MetricQuery> needed = new LinkedHashSet<>();
        needed.add(query(Track.CANARY));
        if (versus != null) {
            needed.add(query(Track.STABLE));
        }
        if (minRequests > 0) {
            needed.add(new MetricQuery(REQUESTS, Track.CANARY, window));
        }
        return needed;
    }

    public MetricQuery query(Track track) {
        return new MetricQuery(metric, track, window);
    }

    /** The criterion in words: {@code latency p99 <= 500ms, at most 20% above stable}. */
    public String label() {
        StringBuilder s = new StringBuilder(metric.label());
        if (min != null) {
            s.append(" >= ").append(Units.print(min, unit));
        }
        if (max != null) {
            s.append(min == null ? " <= " : " and <= ").append(Units.print(max, unit));
        }
        if (versus != null) {
            if (versus.maxIncrease() != null) {
                s.append(", at most ").append(Units.print(versus.maxIncrease(), Unit.RATIO)).append(" above stable");
            }
            if (versus.maxDecrease() != null) {
                s.append(", at most ").append(Units.print(versus.maxDecrease(), Unit.RATIO)).append(" below stable");
            }
        }
        return s.toString();
    }

    /** Judges one tick. Missing readings count as unavailable; a value that is not finite never passes or fails. */
    public Check check(Map<MetricQuery, Reading> readings) {
        Reading canary = readings.getOrDefault(query(Track.CANARY), Reading.unavailable("it was not read"));
        if (minRequests > 0) {
            Reading requests = readings.getOrDefault(
                    new MetricQuery(REQUESTS, Track.CANARY, window), Reading.unavailable("requests were not read"));
            if (!requests.ok()) {
                return blind(requests, "the canary's requests");
            }
            if (requests.value() < minRequests) {
                return new Check(label(), Outcome.NO_DATA, canary.ok() ? canary.value() : null, null,
                        metric.label() + ": only " + Units.print(Math.floor(requests.value()), Unit.COUNT)
                                + " requests in " + Units.print(window) + ", " + minRequests + " wanted");
            }
        }
        if (!canary.ok()) {
            return blind(canary, "canary");
        }
        if (versus == null) {
            return verdict(canary.value(), null);
        }
        Reading stable = readings.getOrDefault(query(Track.STABLE), Reading.unavailable("it was not read"));
        // A bound that the canary breaks on its own needs no comparison to be a failure.
        Check alone = verdict(canary.value(), null);
        return alone.outcome() == Outcome.FAIL || stable.ok()
                ? verdict(canary.value(), stable.ok() ? stable.value() : null)
                : blind(stable, "stable");
    }

    private Check blind(Reading r, String whose) {
        Outcome outcome = r.status() == Reading.Status.NO_DATA ? Outcome.NO_DATA : Outcome.UNAVAILABLE;
        return new Check(label(), outcome, null, null,
                metric.label() + " (" + whose + "): " + (outcome == Outcome.NO_DATA ? "no data" : "source unavailable")
                        + (r.detail().isEmpty() ? "" : ", " + r.detail()));
    }

    private Check verdict(double value, Double stable) {
        String is = metric.label() + " is " + Units.print(value, unit);
        if (min != null && value < min) {
            return fail(value, stable, is + ", below the minimum of " + Units.print(min, unit));
        }
        if (max != null && value > max) {
            return fail(value, stable, is + ", above the maximum of " + Units.print(max, unit));
        }
        if (stable != null && versus.maxIncrease() != null && value > stable * (1 + versus.maxIncrease())) {
            return fail(value, stable, is + ", more than " + Units.print(versus.maxIncrease(), Unit.RATIO)
                    + " above stable's " + Units.print(stable, unit));
        }
        if (stable != null && versus.maxDecrease() != null && value < stable * (1 - versus.maxDecrease())) {
            return fail(value, stable, is + ", more than " + Units.print(versus.maxDecrease(), Unit.RATIO)
                    + " below stable's " + Units.print(stable, unit));
        }
        return new Check(label(), Outcome.PASS, value, stable, is);
    }

    private Check fail(double value, Double stable, String says) {
        return new Check(label(), Outcome.FAIL, value, stable, says);
    }
}
