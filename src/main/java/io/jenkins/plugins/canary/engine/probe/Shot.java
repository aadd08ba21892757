package io.jenkins.plugins.canary.engine.probe;

import java.util.Map;

/**
 * One request of a probe, without the address of its track.
 *
 * @param path with query, as sent
 * @param headers beside those of the track; values may be secret and are never shown
 * @param body null for none
 * @param signed whether the track's bearer token goes along
 */
public record Shot(String method, String path, Map<String, String> headers, String body, boolean signed) {
    public Shot {
        headers = Map.copyOf(headers);
    }

    public static Shot get(String path) {
        return new Shot("GET", path, Map.of(), null, true);
    }

    /** The same request with one more header. */
    Shot with(String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(name, value);
        return new Shot(method, path, more, body, signed);
    }

    Shot method(String other) {
        return new Shot(other, path, headers, body, signed);
    }

    /** Names of headers and no values: one may be a token. */
    @Override
    public String toString() {
        return method + " " + path + " " + headers.keySet();
    }

    /** Without the track's bearer token: the probe brings its own, or none. */
    Shot unsigned() {
        return new Shot(method, path, headers, body, false);
    }
}
