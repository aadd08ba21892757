package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeconfigClusters;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.ClaimedRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the objects are of a driver that leaves the pods to a controller of the cluster: the keys {@code namespace} and
 * {@code cluster}.
 *
 * @param namespace null for the target's, or else the credentials' own
 */
public record ClusterHome(String namespace, ClusterRef cluster) {

    /** The name of an object. */
    public static final KeyType NAME =
            KeyType.string("Kubernetes name", "^(" + DnsName.SUBDOMAIN + ")$", ClusterHome::name);

    private static final String ROWS = """
            namespace | name    | the target's, else the kubeconfig's | Namespace of the objects.
            cluster   | cluster | the usual kubeconfig, or the pod's service account | `{ kubeconfig: FILE, context: NAME }`; in Jenkins also the name of a configured cluster.
            """;

    /** Makes a router; what it throws closes the cluster. */
    @FunctionalInterface
    public interface Opening {
        TrafficRouter open(Cluster cluster, String namespace) throws RouterException;
    }

    /**
     * The keys of a driver: its own, and where its objects are.
     *
     * @param more rows of keys that it shares with other drivers
     */
    public static Section keys(String driver, String says, Map<String, KeyType> own, String table, String... more) {
        Map<String, KeyType> types = new HashMap<>(own);
        types.put("name", NAME);
        types.put("cluster", ClusterRef.CLUSTER);
        return Section.of(driver, says, types, table, ROWS + String.join("", more))
                .elsewhere(
                        "baseline",
                        driver + " cannot send requests to three groups of pods; gatewayApi, istio and traefik can: use"
                                + " one of them, or leave baseline out");
    }

    private static String name(YamlNode value) {
        String text = value.text();
        if (text != null && !DnsName.SUBDOMAIN.matcher(text).matches()) {
            value.error(
                    "'" + text + "' cannot be the name of a Kubernetes object",
                    "use small letters, digits, '-' and '.'");
            return null;
        }
        return text;
    }

    public static ClusterHome read(YamlObject settings) {
        return new ClusterHome(settings.get("namespace"), settings.getOr("cluster", ClusterRef.DEFAULT));
    }

    /** Opens the cluster. The caller closes it. */
    public Cluster open(RouterContext context) throws RouterException {
        return (context.clusters() == null ? new KubeconfigClusters(context.clock()) : context.clusters())
                .open(cluster);
    }

    /**
     * Opens the cluster, and looks once, so that what is missing is told before the start. Everybody can see the router at
     * work, once it is told to claim its target.
     */
    public TrafficRouter open(RouterContext context, ClusterSettings settings, Opening opening) throws RouterException {
        Cluster opened = open(context);
        String in = "";
        try {
            in = namespace(context.target(), opened);
            TrafficRouter router = opening.open(opened, in);
            router.observe();
            ObjectRef target =
                    settings.clusterContext(opened, in, context.target()).target();
            return new ClaimedRouter(router, new TargetClaim(opened, target, context));
        } catch (RouterException e) {
            try (opened) {
                if (e.permanent() && !in.isEmpty()) {
                    opened.requireNamespace(in);
                }
            }
            throw e;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** @throws RouterException permanent when neither the plan nor the credentials name one */
    public String namespace(Target target, Cluster opened) throws RouterException {
        if (namespace != null) {
            return namespace;
        }
        String other = target.namespace().isBlank() ? opened.defaultNamespace() : target.namespace();
        if (other == null) {
            throw RouterException.permanent("the plan names no namespace; write target: { namespace: NAME }");
        }
        return other;
    }
}
