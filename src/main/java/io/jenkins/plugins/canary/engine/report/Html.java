package io.jenkins.plugins.canary.engine.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Writes HTML, tables and line charts, in which text can only ever be text. Not for several threads. */
final class Html {

    private static final double WIDTH = 640;
    private static final double HEIGHT = 90;

    private final StringBuilder out = new StringBuilder();

    /** Opens an element; {@code attributes} are names and values in turn. */
    Html open(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
        out.append('>');
        return this;
    }

    Html close(String tag) {
        out.append("</").append(tag).append('>');
        return this;
    }

    Html text(Object text) {
        out.append(escaped(text == null ? "" : text.toString()));
        return this;
    }

    /** An element with nothing but text in it. */
    Html element(String tag, Object text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    /** Cells of a table's row. */
    Html cells(Object... texts) {
        for (Object text : texts) {
            element("td", text);
        }
        return this;
    }

    /** A cell that looks as a class of the style sheet says. */
    Html cell(Object text, String style) {
        return element("td", text, "class", style);
    }

    /** The cell that names its row. */
    Html name(Object text) {
        return element("th", text, "scope", "row");
    }

    /**
     * A table.
     *
     * @param cells writes those of one row
     */
    <T> Html table(List<String> columns, Collection<T> rows, Consumer<T> cells) {
        open("table").open("thead").open("tr");
        columns.forEach(column -> element("th", column, "scope", "col"));
        close("tr").close("thead").open("tbody");
        for (T row : rows) {
            open("tr");
            cells.accept(row);
            close("tr");
        }
        return close("tbody").close("table");
    }

    /** Markup of this program's own. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /**
     * A small line chart as inline SVG.
     *
     * @param times of the points, ascending, milliseconds
     * @param canary null where there was no value, which leaves a gap
     * @param stable the same; null for none at all
     */
    Html chart(List<Long> times, List<Double> canary, List<Double> stable, double atLeast) {
        double top = Math.max(atLeast, Math.max(greatest(canary), stable == null ? 0 : greatest(stable)));
        raw(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
                WIDTH,
                HEIGHT));
        if (stable != null) {
            raw(line(times, stable, top, "stable"));
        }
        return raw(line(times, canary, top, "canary")).raw("</svg>");
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

    /** Escaped for text and for attribute values; control characters, which HTML does not allow, become visible. */
    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c < ' ' && c != '\n' && c != '\t' ? '\u2423' : c);
            }
        }
        return safe.toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
