package io.jenkins.plugins.canary.engine;

import java.net.URI;

/** Makes what a stranger sent fit to be shown. */
public final class Plain {

    /** Stands where a text was cut. */
    public static final String CUT = "...";

    private Plain() {}

    /** One line without control characters, at most this long. */
    public static String clip(String text, int longest) {
        String line = (text.length() > 4 * longest ? text.substring(0, 4 * longest) : text)
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").trim();
        return line.length() > longest ? line.substring(0, longest) + CUT : line;
    }

    /** Scheme, host, port and path: neither user nor query, either of which may hold a secret. */
    public static String address(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + clip(uri.getRawPath() == null ? "" : uri.getRawPath(), 200);
    }
}
