package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How one run of Helm gets to its cluster. */
@FunctionalInterface
interface HelmLogin {

    /** Makes ready what the run needs; closing takes it away again. */
    Open open() throws RouterException;

    /**
     * @param options the command line's; no secret among them
     * @param only whether nothing else may tell Helm of a cluster
     * @param secret a file that goes when the run has ended; null when there is none
     */
    record Open(List<String> options, boolean only, Path secret) implements AutoCloseable {

        @Override
        public void close() throws RouterException {
            if (secret == null) {
                return;
            }
            try {
                Files.deleteIfExists(secret);
            } catch (IOException e) {
                throw new RouterException("a kubeconfig that was made for Helm cannot be removed: " + secret, e);
            }
        }
    }

    /** The files that a plan names, or the usual places. */
    static HelmLogin files(ClusterRef cluster) {
        List<String> options = new ArrayList<>();
        if (cluster.kubeconfig() != null) {
            options.addAll(List.of("--kubeconfig", cluster.kubeconfig()));
        }
        if (cluster.context() != null) {
            options.addAll(List.of("--kube-context", cluster.context()));
        }
        return () -> new Open(options, false, null);
    }

    /** A cluster that is configured where this runs: its kubeconfig is a file for the time of the run, read by nobody else. */
    static HelmLogin configured(ClusterAccess clusters, ClusterRef cluster, String namespace) {
        return () -> {
            String kubeconfig = clusters.kubeconfig(cluster, namespace);
            Path file = null;
            try {
                // Readable for its owner alone, before anything is in it.
                file = Files.createTempFile("canary-helm", ".kubeconfig");
                Files.writeString(file, kubeconfig);
                return new Open(List.of("--kubeconfig", file.toString()), true, file);
            } catch (IOException e) {
                new Open(List.of(), true, file).close();
                throw new RouterException("the kubeconfig for Helm cannot be written: " + e.getMessage(), e);
            }
        };
    }
}
