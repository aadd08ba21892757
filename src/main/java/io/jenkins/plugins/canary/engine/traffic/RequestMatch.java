package io.jenkins.plugins.canary.engine.traffic;

import java.util.Locale;

/**
 * Requests that carry a header or a cookie of exactly this value.
 *
 * @param name of the header or cookie; the case of a header's name does not matter
 */
public record RequestMatch(Kind kind, String name, String value) {

    public enum Kind {
        HEADER,
        COOKIE
    }

    /**
     * The whole of a Cookie header in which this cookie has this value, as a regular expression of RE2: for routers that
     * know headers only.
     */
    public String cookiePattern() {
        String cookie = (name + "=" + value).replaceAll("[\\\\.^$*+?()\\[\\]{}|]", "\\\\$0");
        return "^(.*;\\s*)?" + cookie + "(;.*)?$";
    }

    /** As people read it: {@code header X-Canary=always}. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + name + "=" + value;
    }
}
