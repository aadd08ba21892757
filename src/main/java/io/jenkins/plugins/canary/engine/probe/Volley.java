package io.jenkins.plugins.canary.engine.probe;

/**
 * The same request, several times.
 *
 * @param concurrency how many are under way at once at most
 * @param rps how many are begun a second, evenly; null for as fast as the answers come
 * @param restart whether the canary's pods are restarted before
 */
public record Volley(Shot shot, int requests, int concurrency, Double rps, boolean restart) {

    public static Volley one(Shot shot) {
        return new Volley(shot, 1, 1, null, false);
    }

    Volley afterRestart() {
        return new Volley(shot, requests, concurrency, rps, true);
    }
}
