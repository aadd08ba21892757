package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.fabric8.kubernetes.client.Config;

/**
 * What a client's configuration must hold for a question to be answered within ten seconds or not at all. fabric8 by
 * itself asks up to ten times over minutes; the engine has its own patience, and its own word for it in the journal.
 */
public final class ClientLimits {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 5_000;

    private ClientLimits() {}

    /** For whoever makes a client: sets the limits on its configuration. */
    public static void pin(Config config) {
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(REQUEST_MILLIS);
        config.setRequestRetryBackoffLimit(0);
    }
}
