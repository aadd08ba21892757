package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.time.Duration;

/**
 * The window over which a tick counts requests, and what bounds the counts.
 *
 * @param length as it was asked for
 * @param scrapeMillis the time between two samples of a counter
 * @param router what the router counted since the phase's clock opened; null when it does not count, or began anew
 */
record CountWindow(Duration length, long scrapeMillis, Requests router) {

    /** A service may see requests that the router did not: health checks, retries, traffic from inside the cluster. */
    private static final long BESIDE_ROUTER = 2;

    private static final long ALWAYS = 100;

    /**
     * The part of the window in which requests were seen. A server stretches what it saw between the first and the last
     * sample to the whole window, by one scrape interval: twice over in a window of two. What nobody saw is no evidence.
     */
    double observed() {
        double millis = length.toMillis();
        return Math.max(0, millis - scrapeMillis) / millis;
    }

    /** In which requests were seen, in milliseconds. */
    long observedMillis() {
        return Math.max(0, length.toMillis() - scrapeMillis);
    }

    /** More requests than this cannot have been; {@link Long#MAX_VALUE} where the router does not say. */
    long most(Track track) {
        if (router == null) {
            return Long.MAX_VALUE;
        }
        return BESIDE_ROUTER * (track == Track.CANARY ? router.canary() : router.stable()) + ALWAYS;
    }

    /** Whether the router bounds the counts. */
    boolean isBounded() {
        return router != null;
    }
}
