package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Unit;

/**
 * A metric that a plan defines: a PromQL query, or a value out of a JSON document.
 *
 * @param query PromQL with {@code {{track}}}, {@code {{target}}}, {@code {{namespace}}}, {@code {{version}}},
 *     {@code {{window}}}, {@code {{labels}}}; null for JSON
 * @param json null for PromQL
 * @param range the values that it can have
 */
public record CustomMetric(String name, Unit unit, String query, JsonQuery json, ValueRange range) {}
