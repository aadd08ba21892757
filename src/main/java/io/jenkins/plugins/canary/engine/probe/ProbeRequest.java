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

    /**
     * The same request, several times.
     *
     * @param concurrency how many are under way at once at most
     * @param rps how many are begun a second, evenly; null for as fast as the answers come
     * @param restart whether the canary's pods are restarted before
     */
    public record RequestBatch(ProbeRequest probeRequest, int requests, int concurrency, Double rps, boolean restart) {

        public static RequestBatch one(ProbeRequest probeRequest) {
            return new RequestBatch(probeRequest, 1, 1, null, false);
        }

        RequestBatch afterRestart() {
            return new RequestBatch(probeRequest, requests, concurrency, rps, true);
        }
    }
}
