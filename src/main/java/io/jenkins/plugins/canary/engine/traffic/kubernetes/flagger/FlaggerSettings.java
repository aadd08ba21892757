package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * @param container whose image is the version; null for the only one, or the one named like the target
 * @param token what Flagger's webhooks send in their metadata
 * @param listen where this process takes Flagger's requests; null where a server stands already
 * @param listener null where there is none
 */
public record FlaggerSettings(
        ClusterHome home,
        String canary,
        String container,
        ImageName image,
        Secrets.Ref token,
        InetSocketAddress listen,
        GateListener listener)
        implements ClusterSettings {

    @Override
    public String driver() {
        return FlaggerDriver.NAME;
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(FlaggerRouter.CANARY, namespace, canary);
    }

    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
        ObjectRef carrier = carrier(namespace, target);
        KubeObject seen = cluster.get(carrier);
        ObjectRef trial = FlaggerRouter.target(seen);
        List<Right> own = new ArrayList<>(Right.on(FlaggerRouter.CANARY, "get"));
        own.addAll(Right.on(Kind.DEPLOYMENT, "get", "update"));
        Kind route = new RouteWeight(cluster, seen).kind();
        if (route != null) {
            own.addAll(Right.on(route, "get"));
        }
        return new TargetObjects(
                trial,
                new ObjectRef(Kind.DEPLOYMENT, namespace, trial.name() + "-primary"),
                trial,
                carrier,
                Right.andLock(own));
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        String secret;
        try {
            secret = token.text(context.secrets());
        } catch (Secrets.SecretMissing e) {
            throw RouterException.permanent("webhook.token: " + e.getMessage());
        }
        FlaggerGates.requireLong(secret);
        return home.open(
                context,
                this,
                (cluster, namespace) -> FlaggerRouter.open(
                        cluster, new ObjectRef(FlaggerRouter.CANARY, namespace, canary), this, context, secret));
    }
}
