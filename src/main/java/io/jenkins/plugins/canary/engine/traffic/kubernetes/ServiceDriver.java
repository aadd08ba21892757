package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads {@code service: { service: api, blue: api-blue, green: api-green, keep: 1h }}. */
public final class ServiceDriver implements RouterDriver {

    private static final String NAME = "service";

    private static final Section KEYS = ClusterHome.keys(
            NAME,
            "Blue/green: the selector of a Service moves from one Deployment to the other.",
            Map.of("pause", KeyType.string("duration", KeyType.DURATION, node -> node.duration())),
            """
            service | name  | required, `api` | The Service that users' requests come through.
            blue    | name  | required, `api-blue` | One of the two Deployments. The Service selects one of them; the other one gets the new version.
            green   | name  | required, `api-green` | The other Deployment.
            preview | name  | none  | A Service that selects the Deployment without users' requests, for smoke tests; its selector follows after each promotion.
            keep    | pause | `30s` | How long a promotion keeps the old version's pods running before it scales them to 0; until then a rollback switches back in one step.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings);
        String service = settings.get("service");
        String blue = settings.get("blue");
        String green = settings.get("green");
        String preview = settings.get("preview");
        Duration keep = settings.get("keep");
        if (blue != null && blue.equals(green)) {
            settings.value("green").error("blue and green are the same Deployment", "name two Deployments");
            return null;
        }
        if (service != null && service.equals(preview)) {
            settings.value("preview").error("this is the Service of the users", "name another Service");
            return null;
        }
        return service == null || blue == null || green == null
                ? null
                : new ServiceSettings(home, service, blue, green, preview, keep);
    }

    /** @param preview null for none */
    record ServiceSettings(ClusterHome home, String service, String blue, String green, String preview, Duration keep)
            implements ClusterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public String refusal(Weight weight) {
            return weight.isZero() || weight.equals(Weight.FULL)
                    ? null
                    : "a Service selects one of two Deployments, so the canary gets 0% or 100% of the requests, not "
                            + weight + "; write one phase of weight 100, or use a driver that splits requests";
        }

        /** What the old version is kept for is no delay. */
        @Override
        public Duration promotionPause() {
            return keep;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(Kind.SERVICE, namespace, service);
        }

        /** The Deployment that the Service selects is the stable version's. */
        @Override
        public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
            ObjectRef carrier = carrier(namespace, target);
            String active = cluster == null ? blue : colours(cluster, namespace).active(cluster.get(carrier));
            return new TargetObjects(
                    carrier,
                    carrier.beside(Kind.DEPLOYMENT, active),
                    carrier.beside(Kind.DEPLOYMENT, active.equals(blue) ? green : blue),
                    List.of(carrier),
                    Right.andLock(
                            Right.withServices(Right.on(Kind.SERVICE, "update")),
                            Right.on(Kind.DEPLOYMENT, "get", "update")));
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            return home.open(
                    context,
                    this,
                    (cluster, namespace) -> new ServiceRouter(
                            colours(cluster, namespace), carrier(namespace, context.target()), this, context));
        }

        private TwoColours colours(Cluster cluster, String namespace) {
            return new TwoColours(cluster, namespace, blue, green);
        }
    }
}
