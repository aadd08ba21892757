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
public record ProbeRequest(String method, String path, Map<String, String> headers, String body, boolean signed) {
    public ProbeRequest {
        headers = Map.copyOf(headers);
    }

    public static ProbeRequest get(String path) {
        return new ProbeRequest("GET", path, Map.of(), null, true);
    }

    /** The same request with one more header. */
    ProbeRequest with(String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(name, value);
        return new ProbeRequest(method, path, more, body, signed);
    }

    ProbeRequest method(String other) {
        return new ProbeRequest(other, path, headers, body, signed);
    }

    /** Names of headers and no values: one may be a token. */
    @Override
    public String toString() {
        return method + " " + path + " " + headers.keySet();
    }

    /** Without the track's bearer token: the probe brings its own, or none. */
    ProbeRequest unsigned() {
        return new ProbeRequest(method, path, headers, body, false);
    }
}
