package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Unit;

/**
 * A metric that a plan defines: a PromQL query, a value out of a JSON document, how many alerts fire, or how fast an error budget burns.
 *
 * @param query PromQL with {@code {{track}}}, {@code {{target}}}, {@code {{namespace}}}, {@code {{version}}},
 *     {@code {{window}}}, {@code {{labels}}}; null for the others
 * @param json null for the others
 * @param alerts null for the others
 * @param slo null for the others
 * @param range the values that it can have
 */
public record CustomMetric(
        String name, Unit unit, String query, JsonQuery json, AlertQuery alerts, Slo slo, ValueRange range) {

    /** A PromQL query, or a value out of a JSON document. */
    public CustomMetric(String name, Unit unit, String query, JsonQuery json, ValueRange range) {
        this(name, unit, query, json, null, null, range);
    }

    /** How many alerts fire. */
    public static CustomMetric of(String name, AlertQuery alerts) {
        return new CustomMetric(name, Unit.COUNT, null, null, alerts, null, ValueRange.of(Unit.COUNT));
    }

    /** How many times as fast as its period allows an error budget burns. */
    public static CustomMetric of(String name, Slo slo) {
        return new CustomMetric(name, Unit.COUNT, null, null, null, slo, ValueRange.of(Unit.COUNT));
    }
}
