package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param chart a directory, an archive, {@code repository/name} or an address
 * @param command the program, a name that is looked up in the PATH
 * @param timeout for one run of it
 */
record HelmSettings(ClusterHome home, String release, String chart, ValueKeys keys, String command, Duration timeout)
        implements RouterSettings {

    @Override
    public String driver() {
        return HelmDriver.NAME;
    }

    @Override
    public String refusal(Weight weight) {
        return weight.tenths() % 10 == 0
                ? null : "a chart's weight is a whole percentage, as nginx's annotation is; " + weight + " is not one";
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        if (home.cluster().name() != null) {
            throw RouterException.permanent("helm reads a kubeconfig, and knows nothing of the cluster '"
                    + home.cluster().name() + "'; write cluster: { kubeconfig: FILE, context: NAME }");
        }
        String target = context.target().namespace().isBlank() ? null : context.target().namespace();
        return new HelmRouter(new HelmCommand(command, home.cluster(),
                home.namespace() == null ? target : home.namespace(), timeout), this, context);
    }

    boolean chartIsHere() {
        return Files.exists(Path.of(chart));
    }
}
