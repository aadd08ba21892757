package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param chart a directory, an archive, {@code repository/name} or an address
 * @param command the program, a name that is looked up in the PATH
 * @param timeout for one run of it
 */
public record HelmSettings(ClusterHome home, String release, String chart, ValueKeys keys, String command, Duration timeout)
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
        String target = context.target().namespace().isBlank() ? null : context.target().namespace();
        String namespace = home.namespace() == null ? target : home.namespace();
        return new HelmRouter(new HelmCommand(command, login(context, namespace), namespace, timeout), this, context);
    }

    private HelmLogin login(RouterContext context, String namespace) throws RouterException {
        ClusterRef cluster = home.cluster();
        if (context.clusters() == null) {
            if (cluster.name() != null) {
                throw RouterException.permanent("the cluster '" + cluster.name() + "' is a name from Jenkins'"
                        + " configuration; on the command line write cluster: { kubeconfig: FILE, context: NAME }");
            }
            return HelmLogin.files(cluster);
        }
        if (chartIsHere()) {
            throw RouterException.permanent("chart: '" + chart + "' is a file of this machine, which a plan must not read"
                    + " here; put the chart into a registry or a repository: oci://HOST/charts/api, or repository/name");
        }
        return HelmLogin.configured(context.clusters(), cluster, namespace);
    }

    boolean chartIsHere() {
        return Files.exists(Path.of(chart));
    }
}
