package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.fabric8.kubernetes.client.Config;

/**
 * How long one question to an API server may take: at most ten seconds with everything. fabric8 by itself would ask up
 * to ten times over minutes; the engine has its own patience, and its own word for it in the journal.
 */
public final class ClientLimits {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 5_000;

    /** Enough for a reset connection and for a Retry-After of a few seconds. */
    private static final int RETRIES = 2;

    private static final int RETRY_MILLIS = 100;

    private ClientLimits() {}

    /** For whoever makes a client: sets the limits on its configuration. */
    public static void pin(Config config) {
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(REQUEST_MILLIS);
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setRequestRetryBackoffInterval(RETRY_MILLIS);
    }
}
