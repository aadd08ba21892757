package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** Whether a Service has somewhere to send requests to, by its EndpointSlices. */
public final class Endpoints {

    private final Cluster cluster;
    private final String namespace;

    public Endpoints(Cluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /**
     * @param version which one it serves, for people: {@code canary}
     * @throws RouterException permanent when there is no such Service; else when it has no ready endpoint yet
     */
    public void requireReady(String service, String version) throws RouterException {
        ObjectRef ref = new ObjectRef(Kind.SERVICE, namespace, service);
        KubeObject found = cluster.find(ref)
                .orElseThrow(() -> RouterException.permanent(
                        "there is no " + ref + " (" + version + "): requests sent there would fail"));
        if (!found.spec().path("type").asText().equals("ExternalName") && ready(service) == 0) {
            throw new RouterException(ref + " (" + version + ") has no ready endpoint, so requests sent there"
                    + " would fail; are its pods scaled up and ready? kubectl -n " + namespace
                    + " get endpointslices -l kubernetes.io/service-name=" + service);
        }
    }

    private int ready(String service) throws RouterException {
        int ready = 0;
        for (KubeObject slice : cluster.list(Kind.ENDPOINT_SLICE, namespace, "kubernetes.io/service-name=" + service)) {
            for (JsonNode endpoint : slice.tree().path("endpoints")) {
                // Nothing said means ready (EndpointConditions in the API reference).
                if (endpoint.path("conditions").path("ready").asBoolean(true)) {
                    ready++;
                }
            }
        }
        return ready;
    }
}
