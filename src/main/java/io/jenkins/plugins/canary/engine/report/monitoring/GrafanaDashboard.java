package io.jenkins.plugins.canary.engine.report.monitoring;

import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.BLIND;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.GREEN;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.LIMIT;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.PASSING;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.PHASE;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.PHASES;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.SHARE;
import static io.jenkins.plugins.canary.engine.report.monitoring.OwnSeries.WEIGHT;

import io.jenkins.plugins.canary.engine.Units;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A plan's dashboard for Grafana 10 and later: the rollout as the engine tells it, and the gates' own queries. The shape
 * is that of Grafana's dashboard schema, version 39.
 */
final class GrafanaDashboard {

    private static final int COLUMNS = 24;
    private static final int HEIGHT = 8;
    private static final Duration SHORTEST_LOOK = Duration.ofMinutes(1);

    private static final String DASHBOARD = """
        {
          "description": "Every query is one that the gates of the plan use, or the rollout's own account.",
          "timezone": "browser", "editable": true, "graphTooltip": 1, "schemaVersion": 39, "version": 1,
          "refresh": "30s", "time": {"from": "now-3h", "to": "now"}, "links": [],
          "templating": {"list": [{
            "name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "hide": 0,
            "multi": false, "includeAll": false, "refresh": 1, "regex": "", "skipUrlSync": false
          }]}
        }
        """;

    private static final String SHIFTS = """
        {"name": "Shifts", "enable": true, "hide": false, "iconColor": "orange",
         "titleFormat": "Shift of {{name}}", "textFormat": "{{rollout}}", "step": "15s"}
        """;

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
        Map<String, Object> dashboard = Dashboards.read(DASHBOARD);
        dashboard.put("uid", uid(signals.plan().name()));
        dashboard.put("title", "Canary " + signals.plan().name());
        dashboard.put("tags", List.of("canary", signals.plan().name()));
        dashboard.put("annotations", Map.of("list", List.of(shifts())));
        dashboard.put("panels", panels);
        return dashboard;
    }

    /** Forty characters at most, and the same for the same plan. */
    private static String uid(String plan) {
        String full = "canary-" + plan;
        return full.length() <= 40 ? full : full.substring(0, 31) + "-" + String.format("%08x", full.hashCode());
    }

    private Map<String, Object> shifts() {
        Map<String, Object> shifts = Dashboards.read(SHIFTS);
        shifts.put("datasource", Panel.SOURCE);
        shifts.put("expr", "changes(" + own(WEIGHT) + "[" + Units.write(lookBack()) + "]) > 0");
        return shifts;
    }

    /** Long enough for two samples, however seldom Prometheus scrapes. */
    private Duration lookBack() {
        Duration four = signals.plan().metrics().scrapeInterval().multipliedBy(4);
        return four.compareTo(SHORTEST_LOOK) > 0 ? four : SHORTEST_LOOK;
    }

    private void rollout() {
        row("Rollout");
        small(Panel.number("Weight", "percent").asks(own(WEIGHT), "{{rollout}}"));
        small(Panel.number("Phase", "short")
                .asks(own(PHASE), "{{rollout}}")
                .says("Which phase is in force, the first being 1."));
        small(Panel.number("Hold done", "percentunit")
                .upTo(1)
                .asks(own(GREEN), "{{rollout}}")
                .says("For how much of its hold the phase's gate has been green."));
        small(Panel.number("Criteria that fail or have no data", "short")
                .badFrom(1)
                .asks("count(" + own(PASSING) + " == 0) or vector(0)", "fail")
                .asks("sum(" + own(BLIND) + ") or vector(0)", "no data"));
        half(Panel.stairs("Traffic split", "percent")
                .upTo(100)
                .asks(own(WEIGHT), "canary")
                .asks("100 - " + own(WEIGHT), "stable")
                .asks("100 * " + own(SHARE), "canary, as counted by the router"));
        half(Panel.stairs("Rollout progress", "short")
                .asks(own(PHASE), "phase in force")
                .asks(own(PHASES), "phases of the plan")
                .asks(own(GREEN), "hold done"));
        Panel curve = Panel.stairs("Weight curve", "percent")
                .upTo(100)
                .asks(own(WEIGHT), "weight")
                .asks(own(LIMIT), "most that phase and cap allow");
        if (signals.latency().isPresent() && signals.errors().isPresent()) {
            String deserved = signals.dynamic() ? "deserved" : "deserved, were it dynamic";
            curve.asks(signals.recorded(Rules.SAFE_WEIGHT), deserved);
        }
        half(curve);
        Panel deltas = Panel.lines("Deltas to stable", "percentunit");
        signals.latency()
                .ifPresent(s -> deltas.asks(
                        signals.recorded(Rules.LATENCY_DELTA), s.metric().label()));
        signals.errors()
                .ifPresent(s -> deltas.asks(
                        signals.recorded(Rules.ERROR_DELTA), s.metric().label()));
        if (signals.latency().isPresent() || signals.errors().isPresent()) {
            half(deltas);
        }
    }

    private String own(OwnSeries series) {
        return signals.own(series);
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
                .flatMap(b -> Stream.of(b.min(), b.max()))
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
        half(panel);
    }

    private void violations() {
        Panel panel = Panel.stairs("SLO violations", "short")
                .upTo(1)
                .says("1 while a bound of the plan is broken; at criteria of gates the rollout waits, at abort rules"
                        + " it ends.");
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
        BigDecimal factor = BigDecimal.ONE.add(BigDecimal.valueOf(change)).stripTrailingZeros();
        return "(" + s.canary() + ")" + compared + "(" + factor.toPlainString() + " * (" + s.stable() + "))";
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
        Map<String, Object> place = Map.of("x", 0, "y", y, "w", COLUMNS, "h", 1);
        int id = panels.size() + 1;
        panels.add(Map.of(
                "id", id, "type", "row", "title", title, "collapsed", false, "gridPos", place, "panels", List.of()));
        y++;
    }

    private void small(Panel panel) {
        add(6, 4, panel);
    }

    private void half(Panel panel) {
        add(12, HEIGHT, panel);
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
