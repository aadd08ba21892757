package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.ArrayList;
import java.util.List;

/**
 * @param container the container whose image is the version; null for the only one, or the one named like the Rollout
 */
public record ArgoRolloutSettings(ClusterHome home, String rollout, String container, ImageName image)
        implements ClusterSettings {

    @Override
    public String driver() {
        return ArgoRolloutDriver.NAME;
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(ArgoRolloutRouter.ROLLOUT, namespace, rollout);
    }

    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        ObjectRef itself = carrier(namespace, target);
        ObjectRef holder = ArgoRolloutRouter.holder(cluster.get(itself));
        List<Right> own = new ArrayList<>(Right.on(ArgoRolloutRouter.ROLLOUT, "get", "update"));
        own.add(new Right(ArgoRolloutRouter.ROLLOUT.group(), ArgoRolloutRouter.ROLLOUT.plural() + "/status", "update"));
        if (!holder.equals(itself)) {
            own.addAll(Right.on(Kind.DEPLOYMENT, "get", "update"));
        }
        return new TargetObjects(itself, holder, null, itself, Right.andLock(own));
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return home.open(
                context,
                this,
                (cluster, namespace) -> new ArgoRolloutRouter(
                        cluster, new ObjectRef(ArgoRolloutRouter.ROLLOUT, namespace, rollout), this, context));
    }
}
