package io.jenkins.plugins.canary.engine.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A small line chart.
 *
 * @param times of the points, ascending, milliseconds
 * @param canary null where there was no value, which leaves a gap
 * @param stable the same; null for none at all
 * @param from where the axis begins
 * @param atLeast what the axis reaches, if the values do not reach further
 * @param limits thresholds, drawn as lines across
 * @param bands times to be marked
 */
public record Chart(
        List<Long> times,
        List<Double> canary,
        List<Double> stable,
        double from,
        double atLeast,
        List<Double> limits,
        List<Band> bands) {

    private static final double WIDTH = 640;
    private static final double HEIGHT = 90;

    /** A band is not drawn narrower, so that a minute of a month can be seen. */
    private static final double NARROWEST = 2;

    /**
     * A marked time.
     *
     * @param kind class of the style sheet
     * @param title what it is, for a pointer that rests on it
     */
    public record Band(long from, long to, String kind, String title) {}

    static Chart of(List<Long> times, List<Double> canary, List<Double> stable, double atLeast) {
        return new Chart(times, canary, stable, 0, atLeast, List.of(), List.of());
    }

    /** As inline SVG. */
    public String svg() {
        double top = Stream.of(canary, stable == null ? List.<Double>of() : stable, limits, List.of(atLeast))
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .mapToDouble(v -> v)
                .max()
                .orElse(0);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
                WIDTH,
                HEIGHT));
        if (!times.isEmpty()) {
            bands.forEach(band -> svg.append(band(band)));
            limits.forEach(limit -> svg.append(String.format(
                    Locale.ROOT, "<path class=\"limit\" d=\"M0 %1$.1fL%2$.0f %1$.1f\"/>", y(limit, top), WIDTH)));
            if (stable != null) {
                svg.append(line(stable, top, "stable"));
            }
            svg.append(line(canary, top, "canary"));
        }
        return svg.append("</svg>").toString();
    }

    private String band(Band band) {
        double begin = Math.max(0, x(band.from));
        double end = Math.min(WIDTH, x(band.to));
        return end < begin
                ? ""
                : String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"%.0f\"><title>%s</title></rect>",
                        band.kind,
                        begin,
                        Math.max(NARROWEST, end - begin),
                        HEIGHT,
                        Html.escaped(band.title));
    }

    private double x(long time) {
        long first = times.get(0);
        return (time - first) / (double) Math.max(1, times.get(times.size() - 1) - first) * WIDTH;
    }

    private double y(double value, double top) {
        return HEIGHT - 2 - (top == from ? 0 : (value - from) / (top - from) * (HEIGHT - 4));
    }

    private String line(List<Double> values, double top, String kind) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < times.size(); i++) {
            Double value = values.get(i);
            if (value != null) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", x(times.get(i)), y(value, top)));
            }
            pen = value != null;
        }
        return "<path class=\"" + kind + "\" d=\"" + path + "\"/>";
    }
}
