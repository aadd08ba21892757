package io.jenkins.plugins.canary.engine.probe;

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
