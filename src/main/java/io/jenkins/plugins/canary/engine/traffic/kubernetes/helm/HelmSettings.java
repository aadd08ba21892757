package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.CheckedAddresses;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetLease;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param chart a directory, an archive, {@code repository/name} or an address
 * @param command the program, a name that is looked up in the PATH
 * @param timeout for one run of it
 */
public record HelmSettings(
        ClusterHome home, String release, String chart, ValueKeys keys, String command, Duration timeout)
        implements ClusterSettings {

    /** No kind of the API: what Helm calls so. */
    private static final Kind RELEASE = new Kind("helm.sh", "v3", "Release", "releases");


    @Override
    public String driver() {
        return HelmDriver.NAME;
    }

    @Override
    public String refusal(Weight weight) {
        return weight.tenths() % 10 == 0
                ? null
                : "a chart's weight is a whole percentage, as nginx's annotation is; " + weight + " is not one";
    }

    @Override
    public ObjectRef carrier(String namespace, Target target) {
        return new ObjectRef(RELEASE, namespace, release);
    }

    /** A release is no object, so the lock stands for it. */
    @Override
    public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) {
        return new TargetObjects(
                TargetLease.named(carrier(namespace, target)),
                null,
                null,
                null,
                Right.andLock(Right.on(Kind.SECRET, "get", "list", "create", "update", "delete"), Right.on(Kind.POD, "list")));
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        if (context.clusters() != null && chartIsHere()) {
            throw RouterException.permanent(
                    "chart: '" + chart + "' is a file of this machine, which a plan must not read"
                            + " here; put the chart into a registry or a repository: oci://HOST/charts/api, or repository/name");
        }
        checkRegistry(context.addresses());
        Cluster opened = home.open(context);
        try {
            String namespace = home.namespace(context.target(), opened);
            HelmRouter router = new HelmRouter(
                    new HelmCommand(command, login(context, namespace), namespace, timeout),
                    this,
                    context,
                    opened::close);
            return home.claimable(router, this, opened, context);
        } catch (RouterException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Helm connects by itself, so this is a look at what the name means now; a cluster's network has the last word. */
    private void checkRegistry(AddressPolicy addresses) throws RouterException {
        if (!chart.contains("://")) {
            return;
        }
        URI address;
        try {
            address = new URI(chart);
            if (address.getHost() == null) {
                throw new RouterException("chart: '" + chart + "' names no host");
            }
        } catch (URISyntaxException e) {
            throw new RouterException("chart: '" + chart + "' is not an address", e);
        }
        try {
            CheckedAddresses.of(address.getHost(), address.getPort() < 0 ? 443 : address.getPort(), addresses);
        } catch (UnknownHostException e) {
            // A proxy may know it; Helm says so if not.
            return;
        } catch (IOException e) {
            throw RouterException.permanent("chart: " + e.getMessage());
        }
    }

    private HelmLogin login(RouterContext context, String namespace) throws RouterException {
        return context.clusters() == null
                ? HelmLogin.files(home.cluster())
                : HelmLogin.configured(context.clusters(), home.cluster(), namespace);
    }

    boolean chartIsHere() {
        return Files.exists(Path.of(chart));
    }
}
