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

    /** As people read it: {@code header X-Canary=always}. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + name + "=" + value;
    }
}
