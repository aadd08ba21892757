package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.File;
import java.time.InstantSource;
import java.util.List;

/**
 * The command line's clusters: a kubeconfig file that the plan names, or the usual places ({@code KUBECONFIG},
 * {@code ~/.kube/config}), or the service account of the pod that this runs in. Tokens that are renewed on disk or by a
 * credential plugin are read again when the API server no longer takes the old one.
 */
public final class KubeconfigClusters implements ClusterAccess {

    private final InstantSource clock;

    /** @param clock tells whether a certificate has expired */
    public KubeconfigClusters(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Cluster open(ClusterRef ref) throws RouterException {
        if (ref.name() != null) {
            throw RouterException.permanent("the cluster '" + ref.name() + "' is a name from Jenkins' configuration;"
                    + " on the command line write cluster: { kubeconfig: FILE, context: NAME }");
        }
        return Cluster.connect(config(ref));
    }

    private Config config(ClusterRef ref) throws RouterException {
        List<File> files = files(ref);
        if (!files.isEmpty()) {
            KubeconfigFiles.require(files, ref.context(), clock.instant());
        }
        try {
            return ref.kubeconfig() == null
                    ? Config.autoConfigure(ref.context())
                    : Config.fromKubeconfig(ref.context(), files.get(0));
        } catch (KubernetesClientException unreadable) {
            throw RouterException.permanent("the kubeconfig " + files + " cannot be used: " + unreadable.getMessage());
        }
    }

    /**
     * Those that count; none in a pod, whose service account needs no file.
     *
     * @throws RouterException permanent when there is nothing at all that leads to a cluster
     */
    private static List<File> files(ClusterRef ref) throws RouterException {
        if (ref.kubeconfig() != null) {
            return List.of(new File(ref.kubeconfig()));
        }
        List<File> usual =
                Config.getKubeconfigFilenames().stream().map(File::new).toList();
        boolean isThere = usual.stream().anyMatch(File::exists);
        boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null;
        if (!isThere && inPod) {
            return List.of();
        }
        if (!isThere && System.getenv("KUBECONFIG") == null) {
            throw RouterException.permanent("there is no kubeconfig here: KUBECONFIG is not set, " + usual.get(0)
                    + " does not exist, and this is no pod of a cluster; name one:"
                    + " cluster: { kubeconfig: FILE }, or export KUBECONFIG=FILE");
        }
        return usual;
    }
}
