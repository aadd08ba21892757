package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** A gate as a rollout opens it, for tests of what takes Flagger's requests. */
public final class OpenedGate {

    private OpenedGate() {}

    /**
     * @param refusal what the rollout says to every question; null for yes
     * @return closes the gate
     */
    public static Runnable of(String namespace, String canary, String token, String refusal) throws RouterException {
        return FlaggerGates.open(namespace, canary, token, hook -> refusal);
    }
}
