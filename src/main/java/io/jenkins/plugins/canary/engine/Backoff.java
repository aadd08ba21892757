package io.jenkins.plugins.canary.engine;

/**
 * Pauses between tries, doubled from the first to the longest. A quarter more or less by chance, so that many who failed at
 * once do not come back at once.
 */
public record Backoff(long firstMillis, long longestMillis) {

    /**
     * How long to wait, in milliseconds.
     *
     * @param before how many pauses there were before this one
     * @param random from 0 to 1
     */
    public long pause(int before, double random) {
        long usual = Math.min(longestMillis, firstMillis << Math.min(before, 20));
        return (long) (usual * (0.75 + 0.5 * random));
    }
}
