package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every Kubernetes driver may be told beside its own keys.
 *
 * @param namespace null for the target's, or else the credentials' own
 * @param deployment the stable version's Deployment; null for the target's
 * @param canaryDeployment null for the stable Deployment's name and {@code -canary}
 * @param drain how long the canary keeps running after a promotion has taken the traffic off it
 */
public record KubernetesOptions(
        String namespace, String deployment, String canaryDeployment, ClusterRef cluster, Duration drain) {

    /** The name of an object. */
    public static final KeyType NAME =
            KeyType.string("Kubernetes name", "^(" + DnsName.SUBDOMAIN + ")$", KubernetesOptions::name);

    private static final String ROWS = """
            canaryDeployment | name             | the stable Deployment's, with `-canary` | The canary's Deployment.
            drain            | duration or `0s` | `15s` | How long the canary keeps running after a promotion has moved its traffic away.
            """;

    /** Where a rollout's objects are, with every default filled in. */
    public record Place(Cluster cluster, String namespace, String deployment, String canaryDeployment) {

        public Workloads workloads() {
            return new Workloads(cluster, namespace, deployment, canaryDeployment);
        }

        public ObjectRef ref(Kind kind, String name) {
            return new ObjectRef(kind, namespace, name);
        }
    }

    /** Makes a router at a place; what it throws closes the cluster. */
    @FunctionalInterface
    public interface Opening {
        WeightSplit split(Place place) throws RouterException;
    }

    /** The keys of a driver: its own, and these. */
    public static Section keys(String driver, String says, Map<String, KeyType> types, String table) {
        return section(driver, says, types, table, ClusterHome.ROWS + ROWS);
    }

    static Section section(String driver, String says, Map<String, KeyType> own, String... tables) {
        Map<String, KeyType> types = new HashMap<>(own);
        types.put("name", NAME);
        types.put("cluster", ClusterRef.CLUSTER);
        return Section.of(driver, says, types, tables);
    }

    public static KubernetesOptions read(YamlObject settings) {
        return new KubernetesOptions(
                settings.get("namespace"),
                null,
                settings.get("canaryDeployment"),
                settings.getOr("cluster", ClusterRef.DEFAULT),
                settings.get("drain"));
    }

    /** With the two Deployments named by the driver's own keys, each of which may be null. */
    public KubernetesOptions naming(String stable, String canary) {
        return new KubernetesOptions(namespace, stable, canary == null ? canaryDeployment : canary, cluster, drain);
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

    public ClusterHome home() {
        return new ClusterHome(namespace, cluster);
    }

    /** Opens the cluster, fills in the defaults, and looks once, so that what is missing is told before the start. */
    public TrafficRouter open(RouterContext context, ClusterSettings settings, Opening opening) throws RouterException {
        requireDeployment(context.target());
        return home().open(context, settings, (opened, in) -> {
            Place place = new Place(opened, in, stable(context.target()), canary(context.target()));
            return new KubernetesRouter(
                    opened, place.workloads(), opening.split(place), context.rollout(), drain, context.clock());
        });
    }

    /** Two Deployments, what carries the weight, and what the driver does with it beside setting images and replicas. */
    public TargetObjects clusterContext(String in, Target target, ObjectRef carrier, List<Right> own)
            throws RouterException {
        requireDeployment(target);
        ObjectRef stable = new ObjectRef(Kind.DEPLOYMENT, in, stable(target));
        return new TargetObjects(
                stable,
                stable,
                new ObjectRef(Kind.DEPLOYMENT, in, canary(target)),
                carrier,
                Right.andLock(own, Right.on(Kind.DEPLOYMENT, "get", "update")));
    }

    /** The name of the stable version's Deployment; "" when nothing names it. */
    public String stable(Target target) {
        return deployment == null ? target.deployment() : deployment;
    }

    private String canary(Target target) {
        return canaryDeployment == null ? stable(target) + "-canary" : canaryDeployment;
    }

    private void requireDeployment(Target target) throws RouterException {
        if (stable(target).isBlank()) {
            throw RouterException.permanent("the plan's target names no deployment; write target: { deployment: NAME },"
                    + " the Deployment of the stable version");
        }
    }
}
