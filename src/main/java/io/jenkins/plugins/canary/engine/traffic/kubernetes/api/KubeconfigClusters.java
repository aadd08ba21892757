package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.File;

/**
 * The command line's clusters: a kubeconfig file that the plan names, or the usual places ({@code KUBECONFIG},
 * {@code ~/.kube/config}), or the service account of the pod that this runs in. Tokens that are renewed on disk or by a
 * credential plugin are read again when the API server no longer takes the old one.
 */
public final class KubeconfigClusters implements ClusterAccess {

    @Override
    public Cluster open(ClusterRef ref) throws RouterException {
        if (ref.name() != null) {
            throw RouterException.permanent("the cluster '" + ref.name() + "' is a name from Jenkins' configuration;"
                    + " on the command line write cluster: { kubeconfig: FILE, context: NAME }");
        }
        return Cluster.connect(config(ref));
    }

    private static Config config(ClusterRef ref) throws RouterException {
        try {
            Config config;
            if (ref.kubeconfig() == null) {
                config = Config.autoConfigure(ref.context());
            } else {
                File file = new File(ref.kubeconfig());
                if (!file.canRead()) {
                    throw RouterException.permanent("the kubeconfig " + ref.kubeconfig() + " cannot be read here");
                }
                config = Config.fromKubeconfig(ref.context(), file);
            }
            boolean wrongContext = ref.context() != null
                    && (config.getCurrentContext() == null
                            || !ref.context().equals(config.getCurrentContext().getName()));
            if (wrongContext) {
                throw RouterException.permanent("there is no context '" + ref.context() + "' in "
                        + (ref.kubeconfig() == null ? "the kubeconfig" : ref.kubeconfig())
                        + "; kubectl config get-contexts lists those that there are");
            }
            return config;
        } catch (KubernetesClientException unreadable) {
            throw RouterException.permanent("the kubeconfig cannot be used: " + unreadable.getMessage());
        }
    }
}
