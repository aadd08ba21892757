package io.jenkins.plugins.canary.config;

import io.fabric8.kubernetes.api.model.AuthInfoBuilder;
import io.fabric8.kubernetes.api.model.ClusterBuilder;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.ContextBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;

/** A client's configuration as the file that kubectl and Helm read. */
final class KubeconfigText {

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
