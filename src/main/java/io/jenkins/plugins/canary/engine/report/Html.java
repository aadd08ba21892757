package io.jenkins.plugins.canary.engine.report;

/** Writes HTML in which text can only ever be text. Not for several threads. */
final class Html {

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

    /** A table's head. */
    Html head(String... columns) {
        open("thead").open("tr");
        for (String column : columns) {
            element("th", column, "scope", "col");
        }
        return close("tr").close("thead");
    }

    /** Markup of this program's own. */
    Html raw(String markup) {
        out.append(markup);
        return this;
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
