package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.model.Run;
import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.ClusterBuilder;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.ContextBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess.Incarnation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** The clusters that one job's plans may name: those configured in Jenkins, and no kubeconfig of the controller. */
public final class JenkinsClusters implements ClusterAccess {

    private final String job;
    private final Run<?, ?> build;

    /**
     * @param job full name
     * @param build has the use of credentials recorded; null when it is gone
     */
    public JenkinsClusters(String job, Run<?, ?> build) {
        this.job = job;
        this.build = build;
    }

    @Override
    public Cluster open(ClusterRef ref) throws RouterException {
        Login login = login(ref);
        return Cluster.connect(login.config).within(login.cluster::allowsNamespace);
    }

    /**
     * What the configuration that the job gets says of the cluster, and whose configuration that is: two folders may call
     * different clusters by the same name, and neither may speak for the other's.
     */
    @Override
    public Object identity(ClusterRef ref) {
        try {
            Configured.Found<KubernetesCluster> found = find(ref.name());
            KubernetesCluster cluster = found.value();
            return Arrays.asList(
                    found.folder(),
                    cluster.getName(),
                    cluster.getApiServer(),
                    cluster.getApiServer() == null ? cluster.getCredentialsId() : null);
        } catch (RouterException notUsable) {
            return Arrays.asList(job, ref);
        }
    }

    @Override
    public Incarnation incarnation() {
        return ControllerLife.get().incarnation();
    }

    @Override
    public String kubeconfig(ClusterRef ref, String namespace) throws RouterException {
        Login login = login(ref);
        String used = namespace == null ? login.config.getNamespace() : namespace;
        if (!login.cluster.allowsNamespace(used)) {
            throw RouterException.permanent(
                    "nothing may be done from here in the namespace " + used + ": name one that the cluster "
                            + login.cluster.getName() + " is configured for, or have that changed");
        }
        return KubeconfigText.of(login.config);
    }

    private record Login(KubernetesCluster cluster, Config config) {}

    private Login login(ClusterRef ref) throws RouterException {
        if (ref.kubeconfig() != null || ref.context() != null) {
            throw RouterException.permanent(
                    "cluster: in Jenkins a plan must not read the controller's kubeconfig files;"
                            + " write cluster: NAME, " + known());
        }
        Configured.Found<KubernetesCluster> found = find(ref.name());
        return new Login(found.value(), signedIn(found.value(), found.folder(), build));
    }

    /**
     * How to connect to a cluster as it is configured.
     *
     * @param folder whose configuration it is; "" for the controller's
     * @param build has the use of the credential recorded; null for none
     * @throws RouterException permanent when it cannot be signed in to, or a folder's is at an address that it may not use
     */
    static Config signedIn(KubernetesCluster cluster, String folder, Run<?, ?> build) throws RouterException {
        StandardCredentials credential = null;
        if (cluster.getCredentialsId() != null) {
            credential = new ConfiguredSecret(folder, cluster.getCredentialsId()).find();
            if (credential == null) {
                throw RouterException.permanent("the cluster " + cluster.getName() + ": its credential "
                        + cluster.getCredentialsId() + " is missing");
            }
            if (build != null) {
                CredentialsProvider.track(build, credential);
            }
        } else if (!folder.isEmpty()) {
            throw RouterException.permanent("the cluster " + cluster.getName() + " of folder " + folder
                    + " has no credential: only the controller's own configuration may use the account that Jenkins"
                    + " runs under");
        }
        Config config = new ClusterLogin(cluster, credential).config();
        if (!folder.isEmpty()) {
            checkAddress(cluster.getName(), config.getMasterUrl());
        }
        return config;
    }

    /** Whoever configures a folder is no administrator: a folder's cluster is where its plans may connect to. */
    private static void checkAddress(String cluster, String apiServer) throws RouterException {
        try {
            URI server = new URI(apiServer);
            if (server.getHost() != null) {
                int usual = "http".equalsIgnoreCase(server.getScheme()) ? 80 : 443;
                String host = server.getHost().replaceAll("[\\[\\]]", "");
                PlanConnections.POLICY.lookUp(host, server.getPort() < 0 ? usual : server.getPort());
            }
        } catch (UnknownHostException unknown) {
            // Then nothing is connected to either: the client says so.
            return;
        } catch (IOException | URISyntaxException e) {
            throw RouterException.permanent("the cluster " + cluster + " of a folder: " + e.getMessage());
        }
    }

    private Configured.Found<KubernetesCluster> find(String name) throws RouterException {
        Configured configured = new Configured(job);
        List<String> usable = configured.clusterNames();
        if (name == null && usable.size() != 1) {
            throw RouterException.permanent("the plan does not say which cluster: write cluster: NAME, " + known());
        }
        String wanted = name == null ? usable.get(0) : name;
        Configured.Found<KubernetesCluster> found = configured
                .cluster(wanted)
                .orElseThrow(() -> RouterException.permanent(
                        "no Kubernetes cluster named '" + wanted + "' is configured here; " + known()));
        if (!found.value().isFor(job)) {
            throw RouterException.permanent("the cluster '" + wanted + "' is not for " + job + "; " + known());
        }
        return found;
    }

    private String known() {
        List<String> names = new Configured(job).clusterNames();
        return names.isEmpty()
                ? "and have an administrator configure one for this job"
                : "one of " + String.join(", ", names);
    }

    /** A client's configuration as the file that kubectl and Helm read. */
    static final class KubeconfigText {

        private static final String ONLY = "jenkins";

        private KubeconfigText() {}

        /** Holds the secrets of the configuration. */
        static String of(Config c) {
            String token = c.getOauthToken() == null ? c.getAutoOAuthToken() : c.getOauthToken();
            return Serialization.asYaml(new ConfigBuilder()
                    .withApiVersion("v1")
                    .withKind("Config")
                    .withCurrentContext(ONLY)
                    .addNewContext()
                    .withName(ONLY)
                    .withContext(new ContextBuilder()
                            .withCluster(ONLY)
                            .withUser(ONLY)
                            .withNamespace(c.getNamespace())
                            .build())
                    .endContext()
                    .addNewCluster()
                    .withName(ONLY)
                    .withCluster(new ClusterBuilder()
                            .withServer(c.getMasterUrl())
                            .withCertificateAuthority(c.getCaCertFile())
                            .withCertificateAuthorityData(c.getCaCertData())
                            .withInsecureSkipTlsVerify(c.isTrustCerts() ? Boolean.TRUE : null)
                            .build())
                    .endCluster()
                    .addNewUser()
                    .withName(ONLY)
                    .withUser(new AuthInfoBuilder()
                            .withToken(token)
                            .withUsername(c.getUsername())
                            .withPassword(c.getPassword())
                            .withClientCertificate(c.getClientCertFile())
                            .withClientCertificateData(c.getClientCertData())
                            .withClientKey(c.getClientKeyFile())
                            .withClientKeyData(c.getClientKeyData())
                            .build())
                    .endUser()
                    .build());
        }
    }
}
