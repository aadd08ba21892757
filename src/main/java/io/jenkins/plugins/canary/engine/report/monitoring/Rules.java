package io.jenkins.plugins.canary.engine.report.monitoring;

import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.BEGAN;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.BLIND;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.DEADLINE;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.LIMIT;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.WEIGHT;

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

    private static final Map<String, String> PAGE = Map.of("severity", "page");
    private static final Map<String, String> TICKET = Map.of("severity", "ticket");

    private final Signals signals;

    Rules(Signals signals) {
        this.signals = signals;
    }

    Map<String, Object> file() {
        String name = "canary-" + signals.plan().name();
        String interval = Units.write(signals.plan().metrics().interval());
        Map<String, Object> readings = group(name + "-readings", interval, recordings());
        return Map.of("groups", List.of(readings, group(name + "-alerts", interval, alerts())));
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
        signals.latency().ifPresent(s -> {
            String stable = " ignoring(track) " + ref(s, Track.STABLE);
            String delta = "sum by (plan) ((" + ref(s, Track.CANARY) + " -" + stable + ") /" + stable + ")";
            rules.add(rule("record", LATENCY_DELTA, delta, null, Map.of()));
        });
        signals.errors().ifPresent(s -> {
            String delta =
                    "sum by (plan) (" + ref(s, Track.CANARY) + " - ignoring(track) " + ref(s, Track.STABLE) + ")";
            rules.add(rule("record", ERROR_DELTA, delta, null, Map.of()));
        });
        if (signals.latency().isPresent() && signals.errors().isPresent()) {
            rules.add(rule("record", SAFE_WEIGHT, safeWeight(), null, Map.of()));
        }
        return rules;
    }

    /** {@link DynamicWeight#advise} in PromQL. */
    private String safeWeight() {
        DynamicWeight f = signals.formula();
        String latency = signals.recorded(LATENCY_DELTA);
        String errors = signals.recorded(ERROR_DELTA);
        double least = DynamicWeight.LEAST_PERCENT;
        return "round((" + number(least) + " + " + number(f.max().percent() - least)
                + " * clamp(exp(-10 * " + latency + ") * clamp_min(1 - 20 * " + errors + ", 0.2), 0.1, 1))"
                + " * (" + latency + " <= bool " + number(f.latencyThreshold()) + ")"
                + " * (" + errors + " <= bool " + number(f.errorThreshold()) + "), 0.1)";
    }

    private Map<String, Object> reading(Signal s, Track track, String promQl) {
        Map<String, String> labels = of(s);
        labels.put("track", track.word());
        return rule("record", READING, promQl, null, labels);
    }

    /** In the same order whenever it is written. */
    private static Map<String, String> of(Signal s) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("metric", s.metric().key());
        labels.put("window", Units.write(s.window()));
        return labels;
    }

    /**
     * @param kind record or alert
     * @param lasting how long an alert waits; null for a record
     */
    private Map<String, Object> rule(
            String kind, String name, String expr, Duration lasting, Map<String, String> labels) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put(kind, name);
        rule.put("expr", expr);
        if (lasting != null) {
            rule.put("for", Units.write(lasting));
        }
        Map<String, String> all = new LinkedHashMap<>();
        all.put("plan", signals.plan().name());
        all.putAll(labels);
        rule.put("labels", all);
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
            String low = " < " + LOW_PERCENT + " and " + signals.own(LIMIT) + " >= " + LOW_PERCENT;
            alerts.add(alert(
                    rule("alert", "CanaryWeightLow", signals.own(WEIGHT) + low, Duration.ofSeconds(30), PAGE),
                    "The canary of {{ $labels.name }} gets {{ $value }}% of the requests",
                    "Its dynamic weight is below " + LOW_PERCENT
                            + "%: it is slower or fails more than stable does. Look at "
                            + "the deltas on the dashboard; a rollback may be near."));
        }
        String late = "time() - " + signals.own(BEGAN) + " > " + signals.own(DEADLINE);
        alerts.add(alert(
                rule("alert", "CanaryGateWaiting", late, max(patience, Duration.ofMinutes(5)), TICKET),
                "A phase of {{ $labels.name }} takes longer than its deadline",
                "It waits for data, a person, a checklist or a green gate; the gate page says which."));
        alerts.add(alert(
                rule("alert", "CanaryCheckWithoutData", signals.own(BLIND) + " == 1", patience, TICKET),
                "{{ $labels.criterion }} of {{ $labels.name }} has no data",
                "The rollout holds: nothing advances and nothing is rolled back until there is data."));
        for (Signal s : signals.all()) {
            // A value that is not finite is no data to a gate either, and the comparison leaves it out.
            String missing = "absent((" + s.canary() + ") > -Inf) and on() (" + signals.own(WEIGHT) + " > 0)";
            Map<String, String> labels = new LinkedHashMap<>(TICKET);
            labels.putAll(of(s));
            alerts.add(alert(
                    rule("alert", "CanaryMetricMissing", missing, patience, labels),
                    "The canary's " + s.metric().label() + " has no data",
                    "The canary gets requests and the gates' own query yields no number: look at the scrape targets"
                            + " and the labels in the plan."));
        }
        return alerts;
    }

    private static Map<String, Object> alert(Map<String, Object> rule, String summary, String description) {
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
