package io.jenkins.plugins.canary.checks;

import io.jenkins.plugins.canary.engine.PlainText;
import java.util.List;

/** Writes Markdown as GitHub, Gitea and GitLab read it. */
final class Markdown {

    private static final int LONGEST = 500;
    private static final String SIGNS = "\\`*_[]<|~&";

    /** Has no width. It keeps a name from being told and a number from becoming a link. */
    private static final char BREAK = '\u200b';

    private Markdown() {}

    /** One line in which a text from outside stays text: it formats nothing, links nowhere and mentions nobody. */
    static String text(String text) {
        String line = PlainText.clip(text, LONGEST);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean address = line.startsWith("://", i) || c == '.' && line.startsWith("www", i - 3);
            out.append(SIGNS.indexOf(c) >= 0 || address ? "\\" : "").append(c);
            if (c == '@' || c == '#') {
                out.append(BREAK);
            }
        }
        return out.toString();
    }

    /** A row of a table; its cells are Markdown already. */
    static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    /** The first two lines of a table. */
    static String head(List<String> titles) {
        return row(titles) + row(titles.stream().map(t -> "---").toList());
    }
}
