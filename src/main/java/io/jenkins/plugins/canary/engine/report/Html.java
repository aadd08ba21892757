package io.jenkins.plugins.canary.engine.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Writes HTML and tables, in which text can only ever be text. Not for several threads. */
public final class Html {

    private final StringBuilder out = new StringBuilder();

    /** Opens an element; {@code attributes} are names and values in turn. */
    public Html open(String tag, String... attributes) {
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

    public Html close(String tag) {
        out.append("</").append(tag).append('>');
        return this;
    }

    public Html text(Object text) {
        out.append(escaped(text == null ? "" : text.toString()));
        return this;
    }

    /** An element with nothing but text in it. */
    public Html element(String tag, Object text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    /** Cells of a table's row. */
    public Html cells(Object... texts) {
        for (Object text : texts) {
            element("td", text);
        }
        return this;
    }

    /** A cell that looks as a class of the style sheet says. */
    public Html cell(Object text, String style) {
        return element("td", text, "class", style);
    }

    /** The cell that names its row. */
    public Html name(Object text) {
        return element("th", text, "scope", "row");
    }

    /**
     * A table.
     *
     * @param cells writes those of one row
     */
    public <T> Html table(List<String> columns, Collection<T> rows, Consumer<T> cells) {
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
    public Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Begins a page that loads nothing from anywhere, runs no script, and prints; its body is open. */
    public Html page(String title) {
        String policy = "default-src 'none'; style-src 'unsafe-inline'";
        raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
        open("meta", "charset", "utf-8");
        open("meta", "http-equiv", "Content-Security-Policy", "content", policy);
        open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        element("title", title);
        return open("style").raw(style()).close("style").close("head").open("body");
    }

    private static String style() {
        try (InputStream in = Html.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Escaped for text and for attribute values; control characters, which HTML does not allow, become visible. */
    static String escaped(String text) {
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
