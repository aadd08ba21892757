package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.util.Secret;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterRef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Which clusters a plan out of a repository can reach. */
@WithJenkins
class JobClustersTest {

    private static final String KUBECONFIG = "apiVersion: v1\nkind: Config\ncurrent-context: x\n"
            + "contexts:\n- name: x\n  context: {cluster: c, user: u}\n"
            + "clusters:\n- name: c\n  cluster: {server: 'https://127.0.0.1:1'}\n"
            + "users:\n- name: u\n  user: {%s}\n";

    @BeforeAll
    static void configure(JenkinsRule rule) throws Exception {
        List<com.cloudbees.plugins.credentials.Credentials> all =
                SystemCredentialsProvider.getInstance().getCredentials();
        all.add(new StringCredentialsImpl(CredentialsScope.SYSTEM, "token", "", Secret.fromString("s3cr3t-token")));
        all.add(file("config", "token: s3cr3t-token"));
        all.add(file("runs", "exec: {command: /bin/sh, apiVersion: v1}"));
        KubernetesCluster shop = cluster("shop", "token");
        shop.setApiServer("https://127.0.0.1:1");
        shop.setFolders("shop");
        shop.setNamespaces("prod stage");
        CanaryConfiguration.get().setKubernetesClusters(
                List.of(shop, cluster("file", "config"), cluster("runs", "runs"), cluster("gone", "no-such-credential")));
    }

    private static FileCredentialsImpl file(String id, String user) throws Exception {
        return new FileCredentialsImpl(CredentialsScope.SYSTEM, id, "", "kubeconfig",
                SecretBytes.fromBytes(KUBECONFIG.formatted(user).getBytes(StandardCharsets.UTF_8)));
    }

    private static KubernetesCluster cluster(String name, String credentialsId) {
        KubernetesCluster cluster = new KubernetesCluster(name);
        cluster.setCredentialsId(credentialsId);
        return cluster;
    }

    private static String refused(String job, ClusterRef ref, String namespace) {
        RouterException e =
                assertThrows(RouterException.class, () -> new JobClusters(job, null).open(ref, namespace).close());
        assertTrue(e.permanent(), e.getMessage());
        assertFalse(e.getMessage().contains("s3cr3t"), e.getMessage());
        return e.getMessage();
    }

    private static ClusterRef named(String name) {
        return new ClusterRef(name, null, null);
    }

    @Test
    void opensWhatTheJobMayUse() throws Exception {
        new JobClusters("shop/api", null).open(named("shop"), "prod").close();
        new JobClusters("other", null).open(named("file"), null).close();
    }

    @Test
    void aPlanCannotNameTheControllersFiles() {
        assertTrue(refused("other", new ClusterRef(null, "/etc/kubeconfig", null), "prod").contains("cluster: NAME"));
    }

    @Test
    void foldersAndNamespacesAreKeptApart() {
        String message = refused("shopping/api", named("shop"), "prod");
        assertTrue(message.contains("no Kubernetes cluster 'shop' that shopping/api may use"), message);
        assertTrue(message.contains("there are file"), message);
        assertTrue(refused("shop/api", named("shop"), "kube-system").contains("prod stage"));
        assertTrue(refused("shop/api", named("shop"), null).contains("write target"));
    }

    @Test
    void aNameIsNeededWhereThereAreSeveral() {
        assertTrue(refused("other", ClusterRef.DEFAULT, "prod").contains("names no cluster"));
        assertTrue(refused("other", named("nope"), "prod").contains("'nope'"));
    }

    @Test
    void aKubeconfigThatRunsAProgramIsNotRun() {
        assertTrue(refused("other", named("runs"), "prod").contains("exec"));
    }

    @Test
    void aMissingCredentialIsNamed() {
        assertTrue(refused("other", named("gone"), "prod").contains("no-such-credential"));
    }
}
