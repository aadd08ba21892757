package io.jenkins.plugins.canary.engine.report;

import java.util.List;
import java.util.Locale;

/** A small line chart as inline SVG: the canary's line and, where there is one, the stable version's. */
final class Chart {

    private static final double WIDTH = 640;
    private static final double HEIGHT = 90;

    private Chart() {}

    /**
     * @param times of the points, ascending, milliseconds
     * @param canary null where there was no value, which leaves a gap
     * @param stable the same; null for none at all
     */
    static String svg(List<Long> times, List<Double> canary, List<Double> stable, double atLeast) {
        double top = Math.max(atLeast, Math.max(greatest(canary), stable == null ? 0 : greatest(stable)));
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
                WIDTH,
                HEIGHT));
        if (stable != null) {
            svg.append(line(times, stable, top, "stable"));
        }
        return svg.append(line(times, canary, top, "canary")).append("</svg>").toString();
    }

    private static double greatest(List<Double> values) {
        return values.stream().filter(v -> v != null).mapToDouble(v -> v).max().orElse(0);
    }

    private static String line(List<Long> times, List<Double> values, double top, String kind) {
        if (times.isEmpty()) {
            return "";
        }
        long from = times.get(0);
        double span = Math.max(1, times.get(times.size() - 1) - from);
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < times.size(); i++) {
            Double value = values.get(i);
            if (value != null) {
                double y = HEIGHT - 2 - (top == 0 ? 0 : value / top * (HEIGHT - 4));
                path.append(String.format(
                        Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", (times.get(i) - from) / span * WIDTH, y));
            }
            pen = value != null;
        }
        return "<path class=\"" + kind + "\" d=\"" + path + "\"/>";
    }
}
