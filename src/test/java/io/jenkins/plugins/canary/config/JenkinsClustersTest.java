package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.sun.net.httpserver.HttpServer;
import hudson.util.Secret;
import io.fabric8.kubernetes.client.Config;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
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

/** Which cluster a plan gets, signed in how, and what it is refused. */
@WithJenkins
class JenkinsClustersTest {

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
            SEEN.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"api\"}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        url = "http://127.0.0.1:" + api.getAddress().getPort();
        List<Credentials> all = SystemCredentialsProvider.getInstance().getCredentials();
        all.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString("t0k3n")));
        all.add(kubeconfig("good", "token: fr0m-th3-fil3"));
        all.add(kubeconfig(
                "runs", "exec: { apiVersion: client.authentication.k8s.io/v1, command: touch, args: [ /tmp/owned ] }"));
        all.add(kubeconfig("reads", "tokenFile: /etc/passwd"));
        KubernetesCluster byToken = new KubernetesCluster("by-token");
        byToken.setApiServer(url);
        byToken.setCredentialsId("token");
        byToken.setNamespaces("shop");
        byToken.setFolders("team");
        CanaryConfiguration.get()
                .setKubernetesClusters(List.of(byToken, by("good"), by("runs"), by("reads"), by("missing")));
    }

    @AfterAll
    static void stop() {
        api.stop(0);
    }

    private static KubernetesCluster by(String credential) {
        KubernetesCluster cluster = new KubernetesCluster("by-" + credential);
        cluster.setCredentialsId(credential);
        return cluster;
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
        return new FileCredentialsImpl(
                CredentialsScope.GLOBAL,
                id,
                "",
                "kubeconfig",
                SecretBytes.fromBytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Cluster open(String job, String name) throws RouterException {
        return new JenkinsClusters(job, null).open(new ClusterRef(name, null, null));
    }

    private static String refused(String job, ClusterRef ref) {
        return assertThrows(RouterException.class, () -> new JenkinsClusters(job, null).open(ref))
                .getMessage();
    }

    @Test
    void tokenAndNamespaceAreTheAdministrators() throws Exception {
        SEEN.clear();
        try (Cluster cluster = open("team/shop", "by-token")) {
            cluster.get(new ObjectRef(DEPLOYMENT, "shop", "api"));
            assertEquals(List.of("/apis/apps/v1/namespaces/shop/deployments/api Bearer t0k3n"), List.copyOf(SEEN));
            RouterException outside = assertThrows(
                    RouterException.class, () -> cluster.get(new ObjectRef(DEPLOYMENT, "kube-system", "coredns")));
            assertTrue(outside.getMessage().contains("kube-system"), outside.getMessage());
            assertEquals(1, SEEN.size(), "it was not even asked for");
        }
    }

    @Test
    void kubeconfigIsTakenByItsContent() throws Exception {
        SEEN.clear();
        try (Cluster cluster = open("any", "by-good")) {
            cluster.get(new ObjectRef(DEPLOYMENT, "shop", "api"));
        }
        assertTrue(SEEN.get(0).endsWith("Bearer fr0m-th3-fil3"), SEEN.toString());
    }

    @Test
    void kubeconfigRunsAndReadsNothingOfTheController() {
        assertTrue(refused("any", new ClusterRef("by-runs", null, null)).contains("runs a program"));
        assertTrue(refused("any", new ClusterRef("by-reads", null, null)).contains("names other files"));
    }

    @Test
    void refusalsSayWhatToWrite() {
        assertTrue(refused("any", new ClusterRef(null, "/etc/kubeconfig", null))
                .contains("must not read the controller's"));
        assertTrue(
                refused("any", ClusterRef.DEFAULT).contains("one of by-good, by-runs"),
                refused("any", ClusterRef.DEFAULT));
        assertTrue(refused("any", new ClusterRef("by-token", null, null)).contains("is not for any"));
        assertTrue(refused("any", new ClusterRef("none", null, null)).contains("no Kubernetes cluster named 'none'"));
        assertTrue(
                refused("any", new ClusterRef("by-missing", null, null)).contains("its credential missing is missing"));
    }

    @Test
    void programsGetAKubeconfigWithTheSameLimits() throws Exception {
        JenkinsClusters clusters = new JenkinsClusters("team/shop", null);
        String text = clusters.kubeconfig(new ClusterRef("by-token", null, null), "shop");
        try (Cluster same = Cluster.connect(Config.fromKubeconfig(text))) {
            SEEN.clear();
            same.get(new ObjectRef(DEPLOYMENT, "shop", "api"));
            assertTrue(SEEN.get(0).endsWith("Bearer t0k3n"), SEEN.toString());
        }
        String fromFile = clusters.kubeconfig(new ClusterRef("by-good", null, null), null);
        assertTrue(fromFile.contains("fr0m-th3-fil3") && fromFile.contains(url), fromFile);
        for (String namespace : new String[] {"kube-system", null}) {
            String why = assertThrows(
                            RouterException.class,
                            () -> clusters.kubeconfig(new ClusterRef("by-token", null, null), namespace))
                    .getMessage();
            assertTrue(why.contains("nothing may be done from here in the namespace"), why);
        }
        assertThrows(
                RouterException.class,
                () -> clusters.kubeconfig(new ClusterRef(null, "/etc/kubeconfig", null), "shop"));
        assertThrows(RouterException.class, () -> clusters.kubeconfig(new ClusterRef("by-runs", null, null), "shop"));
    }

    @Test
    void foldersBringTheirOwnCredential() throws Exception {
        Folder folder = j.createProject(Folder.class, "own");
        CanaryFolderProperty property = new CanaryFolderProperty();
        KubernetesCluster bare = new KubernetesCluster("pod");
        property.setKubernetesClusters(List.of(bare));
        folder.addProperty(property);

        String why = refused("own/job", new ClusterRef("pod", null, null));
        assertTrue(why.contains("only the controller's own configuration"), why);
        assertFalse(new Configured("other/job").cluster("pod").isPresent());
    }

    /** A folder's cluster is told from another folder's of the same name, and from what it was before it was changed. */
    @Test
    void clustersOfTheSameNameAreTwoPlaces() throws Exception {
        for (String name : List.of("left", "right")) {
            Folder folder = j.createProject(Folder.class, name);
            CanaryFolderProperty property = new CanaryFolderProperty();
            KubernetesCluster production = new KubernetesCluster("production");
            production.setApiServer("https://" + name + ".example:6443");
            property.setKubernetesClusters(List.of(production));
            folder.addProperty(property);
        }
        ClusterRef production = new ClusterRef("production", null, null);
        Object left = new JenkinsClusters("left/job", null).identity(production);
        assertEquals(left, new JenkinsClusters("left/other", null).identity(production), "one folder's jobs share it");
        assertNotEquals(left, new JenkinsClusters("right/job", null).identity(production));
        assertNotEquals(left, new JenkinsClusters("nowhere/job", null).identity(production));
        assertEquals(
                new JenkinsClusters("left/job", null).identity(new ClusterRef("by-good", null, null)),
                new JenkinsClusters("right/job", null).identity(new ClusterRef("by-good", null, null)),
                "the controller's own");
        j.jenkins
                .getItemByFullName("left", Folder.class)
                .getProperties()
                .get(CanaryFolderProperty.class)
                .getKubernetesClusters()
                .get(0)
                .setApiServer("https://new.example:6443");
        assertNotEquals(left, new JenkinsClusters("left/job", null).identity(production));
    }
}
