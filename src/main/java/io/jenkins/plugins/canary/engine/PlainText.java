package io.jenkins.plugins.canary.engine;

import java.net.URI;
import java.util.regex.Pattern;

/** Makes what a stranger sent fit to be shown: in a terminal, a log, a journal, a page. */
public final class PlainText {

    /** Stands where a text was cut. */
    public static final String CUT = "...";

    /** What exceptions and results may say. Longer than any sentence of our own. */
    private static final int LONGEST_LINE = 4_000;

    /** Commands to a terminal: colours, moves, titles, links. Possessive, so that each character is looked at once. */
    private static final Pattern ESCAPES = Pattern.compile(
            "(?:\u001b\\[|\u009b)[0-?]*+[ -/]*+[@-~]?+|(?:\u001b[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*+(?:\u0007|\u001b\\\\|\u009c)?+"
                    + "|\u001b[ -/]*+[0-~]?+");

    /** Control and format characters (the directions of bidirectional text among them), line and paragraph ends, blanks. */
    private static final Pattern GAPS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Zs}\\p{Cs}]+");

    private PlainText() {}

    /** One line without control characters, at most this long. */
    public static String clip(String text, int longest) {
        String some = text.length() > 4 * longest ? text.substring(0, 4 * longest) : text;
        String line = GAPS.matcher(ESCAPES.matcher(some).replaceAll(" "))
                .replaceAll(" ")
                .trim();
        return line.length() > longest ? line.substring(0, longest) + CUT : line;
    }

    /** A whole message on one line, for whatever is told on; null stays null. A line that is fit already is not changed. */
    public static String line(String text) {
        return text == null || text.length() <= LONGEST_LINE && isFit(text) ? text : clip(text, LONGEST_LINE);
    }

    private static boolean isFit(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 127) {
                return false;
            }
        }
        return true;
    }

    /** Scheme, host, port and path: neither user nor query, either of which may hold a secret. */
    public static String address(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + clip(uri.getRawPath() == null ? "" : uri.getRawPath(), 200);
    }
}
