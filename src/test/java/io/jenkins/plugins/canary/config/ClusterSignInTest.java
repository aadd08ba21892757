package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.sun.net.httpserver.HttpServer;
import hudson.util.Secret;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** How configured clusters are signed in to, over HTTP, and that nothing else of them is touched. */
@WithJenkins
class ClusterSignInTest {

    private static final Kind DEPLOYMENT = new Kind("apps", "v1", "Deployment", "deployments");
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private static JenkinsRule j;
    private static HttpServer api;
    private static String url;

    @BeforeAll
    static void cluster(JenkinsRule rule) throws Exception {
        j = rule;
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            SEEN.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"api\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        url = "http://127.0.0.1:" + api.getAddress().getPort();
        List<Credentials> all = SystemCredentialsProvider.getInstance().getCredentials();
        all.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString("t0k3n")));
        all.add(kubeconfig("good", "token: fr0m-th3-fil3"));
        KubernetesCluster byToken = new KubernetesCluster("by-token");
        byToken.setApiServer(url);
        byToken.setCredentialsId("token");
        byToken.setNamespaces("shop");
        byToken.setFolders("team");
        KubernetesCluster byFile = new KubernetesCluster("by-file");
        byFile.setCredentialsId("good");
        CanaryConfiguration.get().setKubernetesClusters(List.of(byToken, byFile));
    }

    @AfterAll
    static void stop() {
        api.stop(0);
    }

    private static FileCredentialsImpl kubeconfig(String id, String user) throws Exception {
        String text = """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [ { name: c, context: { cluster: k, user: u } } ]
                clusters: [ { name: k, cluster: { server: "%s" } } ]
                users: [ { name: u, user: { %s } } ]
                """.formatted(url, user);
        return new FileCredentialsImpl(CredentialsScope.GLOBAL, id, "", "kubeconfig",
                SecretBytes.fromBytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Cluster open(String job, String name) throws RouterException {
        return new JobClusters(job, null).open(new ClusterRef(name, null, null), "shop");
    }

    @Test
    void tokenAndNamespaceAreTheAdministrators() throws Exception {
        SEEN.clear();
        try (Cluster cluster = open("team/shop", "by-token")) {
            cluster.get(new ObjectRef(DEPLOYMENT, "shop", "api"));
            assertEquals(List.of("/apis/apps/v1/namespaces/shop/deployments/api Bearer t0k3n"), List.copyOf(SEEN));
            RouterException outside = assertThrows(RouterException.class,
                    () -> cluster.get(new ObjectRef(DEPLOYMENT, "kube-system", "coredns")));
            assertTrue(outside.getMessage().contains("kube-system"), outside.getMessage());
            assertEquals(1, SEEN.size(), "it was not even asked for");
        }
    }

    @Test
    void kubeconfigIsTakenByItsContent() throws Exception {
        SEEN.clear();
        try (Cluster cluster = open("any", "by-file")) {
            cluster.get(new ObjectRef(DEPLOYMENT, "shop", "api"));
        }
        assertTrue(SEEN.get(0).endsWith("Bearer fr0m-th3-fil3"), SEEN.toString());
    }

    @Test
    void foldersBringTheirOwnCredential() throws Exception {
        Folder folder = j.createProject(Folder.class, "own");
        CanaryFolderProperty property = new CanaryFolderProperty();
        KubernetesCluster bare = new KubernetesCluster("pod");
        property.setKubernetesClusters(List.of(bare));
        folder.addProperty(property);

        String why = assertThrows(RouterException.class, () -> open("own/job", "pod")).getMessage();
        assertTrue(why.contains("only the controller's own configuration"), why);
        assertFalse(new Configured("other/job").cluster("pod").isPresent());
    }
}
