package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ControllerSetting;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code argoRollout: { rollout: api, container: api, image: "registry/api:{{version}}" }}. */
public final class ArgoRolloutDriver implements RouterDriver {

    private static final String NAME = "argoRollout";

    private static final Section KEYS =
            ClusterHome.keys(NAME, "An Argo Rollout, driven as its kubectl plugin does.", Map.of(), """
            rollout   | name | required, `api-gateway` | The Rollout's name.
            container | name | the only one, or the one named like the Rollout | The container whose image is the version.
            image     | text | the image that runs, with the version as its tag | The version's image, in which `{{version}}` stands for the version.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings);
        String rollout = settings.get("rollout");
        String container = settings.get("container");
        ImageName image = new ImageName(settings.<String>get("image"));
        return rollout == null ? null : new ArgoRolloutSettings(home, rollout, container, image);
    }

    /**
     * @param container the container whose image is the version; null for the only one, or the one named like the Rollout
     */
    record ArgoRolloutSettings(ClusterHome home, String rollout, String container, ImageName image)
            implements ClusterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(ArgoRolloutRouter.ROLLOUT, namespace, rollout);
        }

        @Override
        public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
            ObjectRef itself = carrier(namespace, target);
            KubeObject seen = cluster.get(itself);
            ObjectRef holder = ArgoRolloutRouter.holder(seen);
            List<Right> own = new ArrayList<>(Right.to(itself, "get", "update"));
            own.add(new Right(
                    ArgoRolloutRouter.ROLLOUT.group(),
                    ArgoRolloutRouter.ROLLOUT.plural() + "/status",
                    "update",
                    rollout));
            if (BlueGreen.of(itself, seen.spec()) != null) {
                own.addAll(Right.on(Kind.REPLICA_SET, "get"));
            }
            if (!holder.equals(itself)) {
                own.addAll(Right.to(holder, "get", "update"));
            }
            return new TargetObjects(itself, holder, null, List.of(itself), Right.andLock(own));
        }

        @Override
        public List<ControllerSetting> controllerSettings(Cluster cluster, String namespace, Duration hold)
                throws RouterException {
            ObjectRef itself = new ObjectRef(ArgoRolloutRouter.ROLLOUT, namespace, rollout);
            BlueGreen blueGreen = BlueGreen.of(itself, cluster.get(itself).spec());
            return blueGreen == null ? List.of() : blueGreen.settings(hold);
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            return home.open(context, this, (cluster, namespace) -> {
                ObjectRef ref = new ObjectRef(ArgoRolloutRouter.ROLLOUT, namespace, rollout);
                return new ArgoRolloutRouter(cluster, ref, container, image, context);
            });
        }
    }
}
