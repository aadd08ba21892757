package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.plan.PlanObject;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.util.stream.Stream;

/**
 * Where the objects are of a driver that leaves the pods to a controller of the cluster: the keys {@code namespace} and
 * {@code cluster}.
 *
 * @param namespace null for the target's, or else the credentials' own
 */
public record ClusterHome(String namespace, ClusterRef cluster) {

    /** Makes a router; what it throws closes the cluster. */
    @FunctionalInterface
    public interface Opening {
        TrafficRouter open(Cluster cluster, String namespace) throws RouterException;
    }

    /** Reports keys that are neither these nor the driver's own, and reads these. */
    public static ClusterHome read(PlanObject settings, String... driverKeys) {
        settings.only(Stream.concat(Stream.of(driverKeys), Stream.of("namespace", "cluster")).toArray(String[]::new));
        return new ClusterHome(
                settings.get("namespace", KubernetesOptions::name, null),
                settings.get("cluster", ClusterRef::read, ClusterRef.DEFAULT));
    }

    /** Opens the cluster, and looks once, so that what is missing is told before the start. */
    public TrafficRouter open(RouterContext context, Opening opening) throws RouterException {
        Cluster opened = (context.clusters() == null ? new KubeconfigClusters() : context.clusters()).open(cluster);
        try {
            TrafficRouter router = opening.open(opened, namespace(context, opened));
            router.observe();
            return router;
        } catch (RouterException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private String namespace(RouterContext context, Cluster opened) throws RouterException {
        if (namespace != null) {
            return namespace;
        }
        String other = context.target().namespace().isBlank()
                ? opened.defaultNamespace() : context.target().namespace();
        if (other == null) {
            throw RouterException.permanent("the plan names no namespace; write target: { namespace: NAME }");
        }
        return other;
    }
}
