package io.jenkins.plugins.canary.engine.report.monitoring;

import io.jenkins.plugins.canary.engine.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One panel of a Grafana dashboard under construction; what is written is what Grafana's dashboard schema names. */
final class Panel {

    static final Map<String, String> SOURCE = Map.of("type", "prometheus", "uid", "${datasource}");

    private static final String STAT_OPTIONS = """
        {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false},
         "graphMode": "none", "colorMode": "value", "justifyMode": "auto", "textMode": "auto", "orientation": "auto",
         "wideLayout": true, "showPercentChange": false, "percentChangeColorMode": "standard"}
        """;

    private static final String LINES_OPTIONS = """
        {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []},
         "tooltip": {"mode": "multi", "sort": "none"}}
        """;

    private final String type;
    private final String title;
    private final String unit;
    private final List<Map<String, Object>> targets = new ArrayList<>();
    private final List<Map<String, Object>> steps = new ArrayList<>();
    private final Map<String, Object> custom = new LinkedHashMap<>();
    private String description = "";
    private Double max;

    private Panel(String type, String title, String unit) {
        this.type = type;
        this.title = title;
        this.unit = unit;
        steps.add(step("green", null));
    }

    static Panel lines(String title, String unit) {
        Panel panel = new Panel("timeseries", title, unit);
        panel.custom.putAll(Map.of("fillOpacity", 5, "showPoints", "never", "spanNulls", false));
        // From 0 on, unless a value is below it: a delta to stable may well be.
        panel.custom.put("axisSoftMin", 0);
        return panel;
    }

    /** Lines that stay until the next value, for what is set rather than measured. */
    static Panel stairs(String title, String unit) {
        Panel panel = lines(title, unit);
        panel.custom.put("lineInterpolation", "stepAfter");
        return panel;
    }

    static Panel number(String title, String unit) {
        return new Panel("stat", title, unit);
    }

    /** Grafana's name of a metric's unit. */
    static String unit(Unit unit) {
        return switch (unit) {
            case RATIO -> "percentunit";
            case SECONDS -> "s";
            case PER_SECOND -> "reqps";
            default -> "short";
        };
    }

    Panel says(String text) {
        description = text;
        return this;
    }

    Panel upTo(double value) {
        max = value;
        return this;
    }

    Panel asks(String expr, String legend) {
        String round = targets.size() < 26 ? "" : String.valueOf(targets.size() / 26);
        String id = (char) ('A' + targets.size() % 26) + round;
        boolean now = type.equals("stat");
        targets.add(Map.of(
                "refId",
                id,
                "datasource",
                SOURCE,
                "expr",
                expr,
                "legendFormat",
                legend,
                "range",
                !now,
                "instant",
                now));
        return this;
    }

    /** A line that the plan holds the values against. */
    Panel limit(double value) {
        steps.add(step("red", value));
        custom.put("thresholdsStyle", Map.of("mode", "line"));
        return this;
    }

    /** The axis begins here unless a value is lower. */
    Panel from(double value) {
        custom.put("axisSoftMin", value);
        return this;
    }

    /** The axis reaches this far, or as far as the values do. */
    Panel reaching(double value) {
        custom.put("axisSoftMax", value);
        return this;
    }

    /** From this value on it is bad. */
    Panel badFrom(double value) {
        steps.add(step("red", value));
        return this;
    }

    private static Map<String, Object> step(String color, Double value) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("color", color);
        step.put("value", value);
        return step;
    }

    Map<String, Object> json(int id, int x, int y, int width, int height) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put("unit", unit);
        if (max != null) {
            defaults.put("min", 0);
            defaults.put("max", max);
        }
        defaults.put("thresholds", Map.of("mode", "absolute", "steps", steps));
        defaults.put("custom", custom);
        Map<String, Object> panel = new LinkedHashMap<>();
        panel.putAll(Map.of("id", id, "type", type, "title", title, "description", description, "datasource", SOURCE));
        panel.put("gridPos", Map.of("x", x, "y", y, "w", width, "h", height));
        panel.put("fieldConfig", Map.of("defaults", defaults, "overrides", List.of()));
        panel.put("options", Dashboards.read(type.equals("stat") ? STAT_OPTIONS : LINES_OPTIONS));
        panel.put("targets", targets);
        return panel;
    }
}
