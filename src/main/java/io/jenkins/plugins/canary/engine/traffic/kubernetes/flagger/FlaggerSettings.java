package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import java.net.InetSocketAddress;

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
        implements RouterSettings {

    @Override
    public String driver() {
        return FlaggerDriver.NAME;
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        String secret;
        try {
            secret = context.secrets().resolve(token);
        } catch (Secrets.SecretMissing e) {
            throw RouterException.permanent("webhook.token: " + e.getMessage());
        }
        return home.open(context, (cluster, namespace) -> FlaggerRouter.open(
                cluster, new ObjectRef(FlaggerRouter.CANARY, namespace, canary), this, context, secret));
    }
}
