package io.jenkins.plugins.canary.engine.report.monitoring;

import static io.jenkins.plugins.canary.engine.report.monitoring.Rules.own;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A plan's dashboard for Grafana 10 and later: the rollout as the engine tells it, and the gates' own queries. The shape
 * is that of Grafana's dashboard schema, version 39.
 */
final class GrafanaDashboard {

    private static final int COLUMNS = 24;
    private static final int HEIGHT = 8;
    private static final Duration SHORTEST_LOOK = Duration.ofMinutes(1);

    private final Signals signals;
    private final List<Map<String, Object>> panels = new ArrayList<>();
    private int x;
    private int y;
    private int lineHeight;

    GrafanaDashboard(Signals signals) {
        this.signals = signals;
    }

    Map<String, Object> json() {
        rollout();
        comparisons();
        violations();
        others();
        Map<String, Object> dashboard = new LinkedHashMap<>();
        dashboard.put("uid", uid(signals.plan().name()));
        dashboard.put("title", "Canary " + signals.plan().name());
        dashboard.put(
                "description", "Every query is one that the gates of the plan use, or the rollout's own account.");
        dashboard.put("tags", List.of("canary", signals.plan().name()));
        dashboard.put("timezone", "browser");
        dashboard.put("editable", true);
        dashboard.put("graphTooltip", 1);
        dashboard.put("schemaVersion", 39);
        dashboard.put("version", 1);
        dashboard.put("refresh", "30s");
        dashboard.put("time", Map.of("from", "now-3h", "to", "now"));
        dashboard.put("templating", Map.of("list", List.of(variable())));
        dashboard.put("annotations", Map.of("list", List.of(shifts())));
        dashboard.put("links", List.of());
        dashboard.put("panels", panels);
        return dashboard;
    }

    /** Forty characters at most, and the same for the same plan. */
    private static String uid(String plan) {
        String full = "canary-" + plan;
        return full.length() <= 40 ? full : full.substring(0, 31) + "-" + String.format("%08x", full.hashCode());
    }

    private static Map<String, Object> variable() {
        Map<String, Object> variable = new LinkedHashMap<>();
        variable.put("name", "datasource");
        variable.put("label", "Prometheus");
        variable.put("type", "datasource");
        variable.put("query", "prometheus");
        variable.put("hide", 0);
        variable.put("multi", false);
        variable.put("includeAll", false);
        variable.put("refresh", 1);
        variable.put("regex", "");
        variable.put("skipUrlSync", false);
        return variable;
    }

    private Map<String, Object> shifts() {
        Map<String, Object> shifts = new LinkedHashMap<>();
        shifts.put("name", "Shifts");
        shifts.put("datasource", Panel.SOURCE);
        shifts.put("enable", true);
        shifts.put("hide", false);
        shifts.put("iconColor", "orange");
        shifts.put("expr", "changes(" + own(OwnSeries.WEIGHT, signals) + "[" + Units.write(lookBack()) + "]) > 0");
        shifts.put("titleFormat", "Shift of {{name}}");
        shifts.put("textFormat", "{{rollout}}");
        shifts.put("step", "15s");
        return shifts;
    }

    /** Long enough for two samples, however seldom Prometheus scrapes. */
    private Duration lookBack() {
        Duration four = signals.plan().metrics().scrapeInterval().multipliedBy(4);
        return four.compareTo(SHORTEST_LOOK) > 0 ? four : SHORTEST_LOOK;
    }

    private void rollout() {
        row("Rollout");
        add(6, 4, Panel.number("Weight", "percent").asks(own(OwnSeries.WEIGHT, signals), "{{rollout}}"));
        add(
                6,
                4,
                Panel.number("Phase", "short")
                        .asks(own(OwnSeries.PHASE, signals), "{{rollout}}")
                        .says("Which phase is in force, the first being 1."));
        add(
                6,
                4,
                Panel.number("Hold done", "percentunit")
                        .upTo(1)
                        .asks(own(OwnSeries.GREEN, signals), "{{rollout}}")
                        .says("For how much of its hold the phase's gate has been green."));
        add(
                6,
                4,
                Panel.number("Criteria that fail or have no data", "short")
                        .badFrom(1)
                        .asks("count(" + own(OwnSeries.PASSING, signals) + " == 0) or vector(0)", "fail")
                        .asks("sum(" + own(OwnSeries.BLIND, signals) + ") or vector(0)", "no data"));
        add(
                12,
                HEIGHT,
                Panel.stairs("Traffic split", "percent")
                        .upTo(100)
                        .asks(own(OwnSeries.WEIGHT, signals), "canary")
                        .asks("100 - " + own(OwnSeries.WEIGHT, signals), "stable")
                        .asks("100 * " + own(OwnSeries.SHARE, signals), "canary, as counted by the router"));
        add(
                12,
                HEIGHT,
                Panel.stairs("Rollout progress", "short")
                        .asks(own(OwnSeries.PHASE, signals), "phase in force")
                        .asks(own(OwnSeries.PHASES, signals), "phases of the plan")
                        .asks(own(OwnSeries.GREEN, signals), "hold done"));
        Panel curve = Panel.stairs("Weight curve", "percent")
                .upTo(100)
                .asks(own(OwnSeries.WEIGHT, signals), "weight")
                .asks(own(OwnSeries.LIMIT, signals), "most that phase and cap allow");
        if (signals.latency().isPresent() && signals.errors().isPresent()) {
            curve.asks(Rules.SAFE_WEIGHT + plan(), signals.dynamic() ? "deserved" : "deserved, were it dynamic");
        }
        add(12, HEIGHT, curve);
        Panel deltas = Panel.lines("Deltas to stable", "percentunit");
        signals.latency()
                .ifPresent(s ->
                        deltas.asks(Rules.LATENCY_DELTA + plan(), s.metric().label()));
        signals.errors()
                .ifPresent(
                        s -> deltas.asks(Rules.ERROR_DELTA + plan(), s.metric().label()));
        if (signals.latency().isPresent() || signals.errors().isPresent()) {
            add(12, HEIGHT, deltas);
        }
    }

    private String plan() {
        return "{plan=" + PromQlText.quote(signals.plan().name()) + "}";
    }

    private void comparisons() {
        row("Canary against stable");
        for (Signal s : signals.all()) {
            if (s.latency() || s.failures()) {
                compare((s.latency() ? "Latency comparison: " : "Error comparison: ") + s.title(), s);
            }
        }
    }

    private void compare(String title, Signal s) {
        Panel panel = Panel.lines(title, Panel.unit(s.unit()))
                .asks(s.canary(), s.stable() == null ? s.metric().label() : "canary");
        if (s.stable() != null) {
            panel.asks(s.stable(), "stable");
        }
        s.bounds().stream()
                .flatMap(b -> java.util.stream.Stream.of(b.min(), b.max()))
                .filter(v -> v != null)
                .distinct()
                .sorted()
                .forEach(panel::limit);
        // The nearest bounds are in sight: how near they are is what people look for.
        s.bounds().stream()
                .map(Signal.Bound::min)
                .filter(Objects::nonNull)
                .max(Double::compare)
                .ifPresent(panel::from);
        s.bounds().stream()
                .map(Signal.Bound::max)
                .filter(v -> v != null && v > 0)
                .min(Double::compare)
                .ifPresent(panel::reaching);
        add(12, HEIGHT, panel);
    }

    private void violations() {
        Panel panel = Panel.stairs("SLO violations", "short")
                .upTo(1)
                .says(
                        "1 while a bound of the plan is broken; at criteria of gates the rollout waits, at abort rules it ends.");
        boolean any = false;
        for (Signal s : signals.all()) {
            for (Signal.Bound b : s.bounds()) {
                any = true;
                if (b.max() != null) {
                    panel.asks("(" + s.canary() + ") > bool " + Rules.number(b.max()), b.label());
                }
                if (b.min() != null) {
                    panel.asks("(" + s.canary() + ") < bool " + Rules.number(b.min()), b.label());
                }
                if (b.aboveStable() != null) {
                    panel.asks(beside(s, " > bool on() ", b.aboveStable()), b.label() + " (too far above)");
                }
                if (b.belowStable() != null) {
                    panel.asks(beside(s, " < bool on() ", -b.belowStable()), b.label() + " (too far below)");
                }
            }
        }
        if (any) {
            row("SLO violations");
            add(COLUMNS, HEIGHT, panel);
        }
    }

    private static String beside(Signal s, String compared, double change) {
        String factor = BigDecimal.ONE
                .add(BigDecimal.valueOf(change))
                .stripTrailingZeros()
                .toPlainString();
        return "(" + s.canary() + ")" + compared + "(" + factor + " * (" + s.stable() + "))";
    }

    /** Pools, caches, limiters, whatever else the plan's gates look at. */
    private void others() {
        List<Signal> others = signals.all().stream()
                .filter(s -> !s.latency() && !s.failures())
                .toList();
        if (!others.isEmpty()) {
            row("What else the gates look at");
            others.forEach(s -> compare((s.metric().name().contains("pool") ? "Pool use: " : "") + s.title(), s));
        }
    }

    private void row(String title) {
        newLine();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", panels.size() + 1);
        row.put("type", "row");
        row.put("title", title);
        row.put("collapsed", false);
        row.put("gridPos", Map.of("x", 0, "y", y, "w", COLUMNS, "h", 1));
        row.put("panels", List.of());
        panels.add(row);
        y++;
    }

    private void add(int width, int height, Panel panel) {
        if (x + width > COLUMNS || lineHeight != 0 && lineHeight != height) {
            newLine();
        }
        panels.add(panel.json(panels.size() + 1, x, y, width, height));
        x += width;
        lineHeight = height;
    }

    private void newLine() {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
    }
}
