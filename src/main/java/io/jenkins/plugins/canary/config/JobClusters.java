package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.model.Run;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.jenkins.plugins.canary.engine.metric.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClientLimits;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;

/**
 * The clusters that one job's plans may use: by the name of a configured one only. A plan comes out of a repository; it
 * must not name files of the controller.
 */
public final class JobClusters implements ClusterAccess {

    private final String job;
    private final Run<?, ?> build;

    /**
     * @param job full name
     * @param build has the use of the credential recorded; null when it is gone
     */
    public JobClusters(String job, Run<?, ?> build) {
        this.job = job;
        this.build = build;
    }

    @Override
    public Cluster open(ClusterRef ref, String namespace) throws RouterException {
        if (ref.kubeconfig() != null || ref.context() != null) {
            throw RouterException.permanent("the plan names a kubeconfig: in Jenkins a plan must not read the"
                    + " controller's files; write cluster: NAME, the name of a configured cluster");
        }
        Configured configured = new Configured(job);
        String name = ref.name() == null ? only(configured.clusterNames()) : ref.name();
        Configured.Found<KubernetesCluster> found = configured.cluster(name)
                .filter(c -> c.value().isFor(job))
                .orElseThrow(() -> RouterException.permanent("there is no Kubernetes cluster '" + name + "' that " + job
                        + " may use; " + words(configured.clusterNames())));
        if (!found.value().allowsNamespace(namespace == null ? "" : namespace)) {
            throw RouterException.permanent("the cluster '" + name + "' is open to rollouts in the namespaces "
                    + found.value().getNamespaces() + ", and the plan's is "
                    + (namespace == null ? "not said; write target: { namespace: NAME }" : namespace));
        }
        Config config = config(found);
        ClientLimits.pin(config);
        return Cluster.owning(new KubernetesClientBuilder().withConfig(config).build())
                .within(found.value()::allowsNamespace);
    }

    private static String only(List<String> names) throws RouterException {
        if (names.size() == 1) {
            return names.get(0);
        }
        throw RouterException.permanent("the plan names no cluster; write cluster: NAME in the driver's section: "
                + words(names));
    }

    private static String words(List<String> names) {
        return names.isEmpty() ? "none is configured for it" : "there are " + String.join(", ", names);
    }

    private Config config(Configured.Found<KubernetesCluster> found) throws RouterException {
        KubernetesCluster cluster = found.value();
        if (cluster.getCredentialsId() == null && !found.folder().isEmpty()) {
            throw RouterException.permanent("the cluster '" + cluster.getName() + "' of folder " + found.folder()
                    + " has no credential: only the controller's own configuration may use the account that Jenkins"
                    + " runs under");
        }
        if (cluster.getCredentialsId() == null) {
            return server(cluster, new ConfigBuilder().build());
        }
        StandardCredentials credential = new ServerSecret(found.folder(), cluster.getCredentialsId()).find();
        if (credential != null && build != null) {
            CredentialsProvider.track(build, credential);
        }
        try {
            if (credential instanceof FileCredentials file) {
                String text = new String(file.getContent().readAllBytes(), StandardCharsets.UTF_8);
                return server(cluster, Config.fromKubeconfig(Kubeconfig.selfContained(text)));
            }
            Config config = server(cluster, Config.empty());
            if (credential instanceof StandardCertificateCredentials certificate) {
                signInWith(config, certificate);
            } else {
                config.setOauthToken(ServerSecrets.text(credential, cluster.getCredentialsId()));
            }
            return config;
        } catch (IOException | SecretMissing | GeneralSecurityException e) {
            throw RouterException.permanent("the cluster '" + cluster.getName() + "' cannot be opened: "
                    + e.getMessage());
        }
    }

    private static Config server(KubernetesCluster cluster, Config config) {
        if (cluster.getApiServer() != null) {
            config.setMasterUrl(cluster.getApiServer());
        }
        if (cluster.getCaCertificate() != null) {
            config.setCaCertData(cluster.getCaCertificate());
        }
        return config;
    }

    private static void signInWith(Config config, StandardCertificateCredentials certificate)
            throws GeneralSecurityException {
        KeyStore store = certificate.getKeyStore();
        char[] password = certificate.getPassword().getPlainText().toCharArray();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                config.setClientCertData(pem("CERTIFICATE", store.getCertificate(alias).getEncoded()));
                config.setClientKeyData(pem("PRIVATE KEY", store.getKey(alias, password).getEncoded()));
                config.setClientKeyAlgo(store.getKey(alias, password).getAlgorithm());
                return;
            }
        }
        throw new GeneralSecurityException("the certificate " + certificate.getId() + " has no private key");
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + what + "-----\n";
    }
}
