package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;

/**
 * @param container the container whose image is the version; null for the only one, or the one named like the Rollout
 */
public record ArgoRolloutSettings(ClusterHome home, String rollout, String container, ImageName image)
        implements RouterSettings {

    @Override
    public String driver() {
        return ArgoRolloutDriver.NAME;
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        return home.open(context, (cluster, namespace) -> new ArgoRolloutRouter(
                cluster, new ObjectRef(ArgoRolloutRouter.ROLLOUT, namespace, rollout), this, context));
    }
}
