package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A kind of namespaced object, as the API server's paths name it.
 *
 * @param group "" for the core group
 * @param name as in manifests: {@code HTTPRoute}
 * @param plural as in paths and roles: {@code httproutes}
 */
public record Kind(String group, String version, String name, String plural) {

    public static final Kind SERVICE = new Kind("", "v1", "Service", "services");
    public static final Kind POD = new Kind("", "v1", "Pod", "pods");
    public static final Kind SECRET = new Kind("", "v1", "Secret", "secrets");
    public static final Kind DEPLOYMENT = new Kind("apps", "v1", "Deployment", "deployments");
    public static final Kind REPLICA_SET = new Kind("apps", "v1", "ReplicaSet", "replicasets");
    public static final Kind ENDPOINT_SLICE = new Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");
    public static final Kind LEASE = new Kind("coordination.k8s.io", "v1", "Lease", "leases");
    public static final Kind AUTOSCALER =
            new Kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
    public static final Kind HTTP_ROUTE = new Kind("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes");

    /** Served by every Istio since 1.5; later versions store the same object. */
    public static final Kind VIRTUAL_SERVICE =
            new Kind("networking.istio.io", "v1beta1", "VirtualService", "virtualservices");

    /** {@code httproutes.gateway.networking.k8s.io}, as kubectl and RBAC messages say it. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The path of all objects of this kind in a namespace; "" for those of the whole cluster. */
    String path(String namespace) {
        return (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + version
                + (namespace.isEmpty() ? "" : "/namespaces/" + encoded(namespace)) + "/" + plural;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
