package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.common.StandardCertificateCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * Makes a client's configuration of a cluster and its credential.
 *
 * @param credential null for the account of the pod that Jenkins runs in
 */
record ClusterLogin(KubernetesCluster cluster, StandardCredentials credential) {

    private static final int LARGEST_KUBECONFIG = 1 << 20;

    Config config() throws RouterException {
        try {
            if (credential instanceof FileCredentials file) {
                return kubeconfig(file);
            }
            if (credential == null) {
                return cluster.getApiServer() == null ? Config.autoConfigure(null) : server().build();
            }
            if (cluster.getApiServer() == null) {
                throw wrong("has no API server: name it, or use a kubeconfig as credential");
            }
            if (credential instanceof StringCredentials token) {
                return server().withOauthToken(token.getSecret().getPlainText()).build();
            }
            if (credential instanceof StandardCertificateCredentials certificate) {
                return certified(certificate);
            }
        } catch (IOException | GeneralSecurityException | KubernetesClientException e) {
            throw wrong("cannot be signed in to: its credential cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
        throw wrong("has a credential of another kind: use a kubeconfig as secret file, a token as secret text, or a"
                + " certificate");
    }

    private ConfigBuilder server() {
        ConfigBuilder config = new ConfigBuilder(Config.empty()).withMasterUrl(cluster.getApiServer());
        return cluster.getCaCertificate() == null ? config : config.withCaCertData(base64(cluster.getCaCertificate()));
    }

    /** Only what is in the file itself: it must not run programs, nor read other files, of the controller. */
    private Config kubeconfig(FileCredentials file) throws IOException, RouterException {
        String text;
        try (InputStream in = file.getContent()) {
            text = new String(in.readNBytes(LARGEST_KUBECONFIG), StandardCharsets.UTF_8);
        }
        io.fabric8.kubernetes.api.model.Config read;
        try {
            read = Serialization.unmarshal(text, io.fabric8.kubernetes.api.model.Config.class);
        } catch (RuntimeException e) {
            throw wrong("has a credential that is no kubeconfig");
        }
        if (read == null || read.getUsers() == null || read.getClusters() == null) {
            throw wrong("has a credential that is no kubeconfig");
        }
        for (NamedAuthInfo user : read.getUsers()) {
            var how = user.getUser();
            if (how != null && (how.getExec() != null || how.getAuthProvider() != null)) {
                throw wrong("has a kubeconfig that runs a program to sign in, which does not happen on the controller:"
                        + " use one with a token or a certificate in it");
            }
            if (how != null
                    && (how.getTokenFile() != null
                            || how.getClientCertificate() != null
                            || how.getClientKey() != null)) {
                throw wrong("has a kubeconfig that names other files: put their content into it, as"
                        + " kubectl config view --flatten does");
            }
        }
        for (NamedCluster server : read.getClusters()) {
            if (server.getCluster() != null && server.getCluster().getCertificateAuthority() != null) {
                throw wrong("has a kubeconfig that names other files: put their content into it, as"
                        + " kubectl config view --flatten does");
            }
        }
        return Config.fromKubeconfig(text);
    }

    private Config certified(StandardCertificateCredentials certificate)
            throws GeneralSecurityException, RouterException {
        KeyStore store = certificate.getKeyStore();
        char[] password = certificate.getPassword().getPlainText().toCharArray();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                Key key = store.getKey(alias, password);
                StringBuilder chain = new StringBuilder();
                for (Certificate link : store.getCertificateChain(alias)) {
                    chain.append(pem("CERTIFICATE", link.getEncoded()));
                }
                return server().withClientCertData(base64(chain.toString()))
                        .withClientKeyData(base64(pem("PRIVATE KEY", key.getEncoded())))
                        .withClientKeyAlgo(key.getAlgorithm())
                        .build();
            }
        }
        throw wrong("has a certificate without a key");
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private RouterException wrong(String how) {
        return RouterException.permanent("the cluster " + cluster.getName() + " " + how);
    }
}
