package io.jenkins.plugins.canary.engine.report.monitoring;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prometheus recording rules and alerts for a plan. The readings are recorded by the gates' own queries; the deltas and
 * the safe weight are computed from what is recorded, as {@link DynamicWeight} computes them.
 */
final class Rules {

    static final String READING = "canary_reading";
    static final String LATENCY_DELTA = "canary_latency_delta";
    static final String ERROR_DELTA = "canary_error_delta";
    static final String SAFE_WEIGHT = "canary_safe_weight";
    /** Below this a dynamic weight is worth a look. */
    private static final String LOW_PERCENT = "15";

    private final Signals signals;
    private final String plan;

    Rules(Signals signals) {
        this.signals = signals;
        this.plan = "{plan=" + PromQlText.quote(signals.plan().name()) + "}";
    }

    /** Selects the rollouts of this plan in what the engine tells of itself. */
    static String own(String series, Signals signals) {
        return series + "{name=" + PromQlText.quote(signals.plan().name()) + "}";
    }

    Map<String, Object> file() {
        String name = "canary-" + signals.plan().name();
        String interval = Units.write(signals.plan().metrics().interval());
        return Map.of(
                "groups",
                List.of(
                        group(name + "-readings", interval, recordings()),
                        group(name + "-alerts", interval, alerts())));
    }

    private static Map<String, Object> group(String name, String interval, List<Map<String, Object>> rules) {
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("name", name);
        group.put("interval", interval);
        group.put("rules", rules);
        return group;
    }

    private List<Map<String, Object>> recordings() {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Signal s : signals.all()) {
            rules.add(reading(s, Track.CANARY, s.canary()));
            if (s.stable() != null) {
                rules.add(reading(s, Track.STABLE, s.stable()));
            }
        }
        signals.latency()
                .ifPresent(s -> rules.add(record(
                        LATENCY_DELTA,
                        "sum by (plan) ((" + ref(s, Track.CANARY) + " - ignoring(track) " + ref(s, Track.STABLE)
                                + ") / ignoring(track) " + ref(s, Track.STABLE) + ")",
                        Map.of())));
        signals.errors()
                .ifPresent(s -> rules.add(record(
                        ERROR_DELTA,
                        "sum by (plan) (" + ref(s, Track.CANARY) + " - ignoring(track) " + ref(s, Track.STABLE) + ")",
                        Map.of())));
        if (signals.latency().isPresent() && signals.errors().isPresent()) {
            rules.add(record(SAFE_WEIGHT, safeWeight(), Map.of()));
        }
        return rules;
    }

    /** {@link DynamicWeight#advise} in PromQL. */
    private String safeWeight() {
        DynamicWeight f = signals.formula();
        String latency = LATENCY_DELTA + plan;
        return "round((" + number(DynamicWeight.LEAST_PERCENT) + " + "
                + number(f.max().percent() - DynamicWeight.LEAST_PERCENT)
                + " * clamp(exp(-10 * " + latency + ") * clamp_min(1 - 20 * " + ERROR_DELTA + plan + ", 0.2), 0.1, 1))"
                + " * (" + latency + " <= bool " + number(f.latencyThreshold()) + ")"
                + " * (" + ERROR_DELTA + plan + " <= bool " + number(f.errorThreshold()) + "), 0.1)";
    }

    private Map<String, Object> reading(Signal s, Track track, String promQl) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("metric", s.metric().key());
        labels.put("window", Units.write(s.window()));
        labels.put("track", track.word());
        return record(READING, promQl, labels);
    }

    private Map<String, Object> record(String name, String expr, Map<String, String> more) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("record", name);
        rule.put("expr", expr);
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("plan", signals.plan().name());
        labels.putAll(more);
        rule.put("labels", labels);
        return rule;
    }

    private String ref(Signal s, Track track) {
        return READING + "{plan=" + PromQlText.quote(signals.plan().name()) + ",metric="
                + PromQlText.quote(s.metric().key()) + ",window=" + PromQlText.quote(Units.write(s.window()))
                + ",track=" + PromQlText.quote(track.word()) + "}";
    }

    private List<Map<String, Object>> alerts() {
        List<Map<String, Object>> alerts = new ArrayList<>();
        Duration patience = max(signals.plan().metrics().interval().multipliedBy(4), Duration.ofMinutes(2));
        if (signals.dynamic()) {
            alerts.add(alert(
                    "CanaryWeightLow",
                    own(OwnSeries.WEIGHT, signals) + " < " + LOW_PERCENT + " and " + own(OwnSeries.LIMIT, signals)
                            + " >= " + LOW_PERCENT,
                    Duration.ofSeconds(30),
                    "page",
                    "The canary of {{ $labels.name }} gets {{ $value }}% of the requests",
                    "Its dynamic weight is below " + LOW_PERCENT
                            + "%: it is slower or fails more than stable does. Look at "
                            + "the deltas on the dashboard; a rollback may be near."));
        }
        alerts.add(alert(
                "CanaryGateWaiting",
                "time() - " + own(OwnSeries.BEGAN, signals) + " > " + own(OwnSeries.DEADLINE, signals),
                max(patience, Duration.ofMinutes(5)),
                "ticket",
                "A phase of {{ $labels.name }} takes longer than its deadline",
                "It waits for data, a person, a checklist or a green gate; the gate page says which."));
        alerts.add(alert(
                "CanaryCheckWithoutData",
                own(OwnSeries.BLIND, signals) + " == 1",
                patience,
                "ticket",
                "{{ $labels.criterion }} of {{ $labels.name }} has no data",
                "The rollout holds: nothing advances and nothing is rolled back until there is data."));
        for (Signal s : signals.all()) {
            // A value that is not finite is no data to a gate either, and the comparison leaves it out.
            alerts.add(alert(
                    "CanaryMetricMissing",
                    "absent((" + s.canary() + ") > -Inf) and on() (" + own(OwnSeries.WEIGHT, signals) + " > 0)",
                    patience,
                    "ticket",
                    "The canary's " + s.metric().label() + " has no data",
                    "The canary gets requests and the gates' own query yields no number: look at the scrape targets and "
                            + "the labels in the plan.",
                    Map.of("metric", s.metric().key(), "window", Units.write(s.window()))));
        }
        return alerts;
    }

    private Map<String, Object> alert(
            String name, String expr, Duration lasting, String severity, String summary, String description) {
        return alert(name, expr, lasting, severity, summary, description, Map.of());
    }

    private Map<String, Object> alert(
            String name,
            String expr,
            Duration lasting,
            String severity,
            String summary,
            String description,
            Map<String, String> more) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("alert", name);
        rule.put("expr", expr);
        rule.put("for", Units.write(lasting));
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("plan", signals.plan().name());
        labels.put("severity", severity);
        labels.putAll(more);
        rule.put("labels", labels);
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put("summary", summary);
        annotations.put("description", description);
        rule.put("annotations", annotations);
        return rule;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    static String number(double value) {
        return new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
    }
}
