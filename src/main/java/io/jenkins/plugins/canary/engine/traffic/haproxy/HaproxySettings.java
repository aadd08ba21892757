package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.Duration;
import java.util.List;

/**
 * @param canary the name of the canary's server in the backend
 * @param stable the name of the stable version's server
 * @param timeout for one question and its answer
 */
public record HaproxySettings(RuntimeAddress socket, String backend, String canary, String stable, Duration timeout)
        implements RouterSettings {

    @Override
    public String driver() {
        return HaproxyDriver.NAME;
    }

    @Override
    public Object place(Target target, ClusterAccess clusters) {
        return List.of(socket, backend, canary, stable);
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        HaproxyRouter router =
                new HaproxyRouter(this, context == null ? AddressPolicy.UNRESTRICTED : context.addresses());
        router.requireAdmin();
        router.observe();
        return router;
    }

    @Override
    public String refusal(Weight weight) {
        return WeightPair.exists(weight)
                ? null
                : "HAProxy's server weights go from 0 to 256, which cannot split " + weight + "; choose 0%, 100%, or "
                        + WeightPair.LEAST_SHARE + " to " + WeightPair.LARGEST_SHARE;
    }
}
