package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Weight;

/**
 * A weighted proxy at one moment.
 *
 * @param promoted whether the canary's version was declared the stable one; it has all requests then
 * @param drained whether no request runs on a track that gets none any more, or such requests had their time
 * @param draining requests that still run on such a track
 * @param canaryRequests dealt to the canary since the proxy started
 * @param stableRequests dealt to the stable version since the proxy started
 */
public record ProxyState(
        Weight weight, boolean promoted, boolean drained, long draining, long canaryRequests, long stableRequests) {}
