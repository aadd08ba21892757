package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import com.sun.net.httpserver.HttpServer;
import hudson.ExtensionList;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorRegistry;
import io.jenkins.plugins.casc.model.CNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What administrators and folders set up: by form, as code, and looked up again. */
@WithJenkins
class ConfigurationTest {

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void clean() throws Exception {
        CanaryConfiguration all = CanaryConfiguration.get();
        all.setPrometheusServers(null);
        all.setKubernetesClusters(null);
        all.setPlanAddresses(null);
        all.setAllowedAddresses(null);
        all.setGateFailure(null);
        all.setGateTestResults(true);
        all.setApprovers(null);
        all.setPolicy(null);
        all.setPlans(null);
        all.setCommitChecks(null);
        SystemCredentialsProvider.getInstance().getCredentials().clear();
    }

    private static PrometheusServer server(String name, String url, String credentialsId) {
        PrometheusServer server = new PrometheusServer(name, url);
        server.setCredentialsId(credentialsId);
        return server;
    }

    private static KubernetesCluster cluster(String name, String folders) {
        KubernetesCluster cluster = new KubernetesCluster(name);
        cluster.setApiServer("https://10.0.0.1:6443");
        cluster.setCaCertificate("-----BEGIN CERTIFICATE-----");
        cluster.setNamespaces("shop basket");
        cluster.setFolders(folders);
        return cluster;
    }

    @Test
    void formGivesBackWhatWasConfigured() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "pair", "", "scraper", "Pa55-of-prometheus"));
        CanaryConfiguration all = CanaryConfiguration.get();
        all.setPrometheusServers(
                List.of(server("main", "http://one:9090", "pair"), server("eu", "http://two:9090", null)));
        all.setKubernetesClusters(List.of(cluster("production", "platform/releases")));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "channel", "", Secret.fromString("https://hooks.example.com/T0/B0")));
        NotifyTarget slack = new NotifyTarget("channel");
        slack.setTo("slack");
        slack.setEvents("rollback ended");
        all.setNotify(List.of(slack));
        all.setPlanAddresses(PlanAddresses.LISTED);
        all.setAllowedAddresses("metrics.example.com:9090\n*.svc");
        all.setGateFailure(GateFailure.UNSTABLE);
        all.setGateTestResults(false);
        all.setPolicy("maxStep: 50\nabort: default");
        all.setPlans(List.of(new NamedPlan("standard", "abort: default\nminHold: 1m")));
        all.setCommitChecks(CommitChecks.NONE);

        j.configRoundtrip();

        assertEquals(CommitChecks.NONE, all.getCommitChecks());
        assertEquals("maxStep: 50\nabort: default", all.getPolicy().replace("\r", ""));
        assertEquals("standard", all.getPlans().get(0).getName());
        assertEquals(
                "abort: default\nminHold: 1m", all.getPlans().get(0).getYaml().replace("\r", ""));

        j.assertEqualDataBoundBeans(
                server("main", "http://one:9090", "pair"),
                all.getPrometheusServers().get(0));
        j.assertEqualDataBoundBeans(
                server("eu", "http://two:9090", null),
                all.getPrometheusServers().get(1));
        j.assertEqualDataBoundBeans(
                cluster("production", "platform/releases"),
                all.getKubernetesClusters().get(0));
        j.assertEqualDataBoundBeans(slack, all.getNotify().get(0));
        assertEquals(Set.of(Topic.ROLLBACK, Topic.ENDED), all.receivers().get(0).events());
        assertEquals(PlanAddresses.LISTED, all.getPlanAddresses());
        assertEquals(
                "metrics.example.com:9090\n*.svc", all.getAllowedAddresses().replace("\r", ""));
        assertEquals(GateFailure.UNSTABLE, all.getGateFailure());
        assertFalse(all.isGateTestResults());
        String xml =
                Files.readString(j.jenkins.getRootDir().toPath().resolve(CanaryConfiguration.class.getName() + ".xml"));
        assertTrue(xml.contains("<credentialsId>pair</credentialsId>"), xml);
        assertFalse(xml.contains("Pa55"), "the configuration refers to the secret");
    }

    @Test
    void folderFormGivesBackWhatWasConfigured() throws Exception {
        Folder folder = j.createProject(Folder.class, "form");
        CanaryFolderProperty property = new CanaryFolderProperty();
        property.setPrometheusServers(List.of(server("main", "http://folder:9090", null)));
        property.setKubernetesClusters(List.of(cluster("test", "")));
        ApproverList managers = new ApproverList("release-managers");
        managers.setMembers("group:rm\nuser:anna");
        property.setApprovers(List.of(managers));
        property.setPolicy("minHold: 5m");
        property.setPlans(List.of(new NamedPlan("team", "abort: default")));
        property.setCommitChecks(CommitChecks.NONE);
        folder.addProperty(property);

        j.configRoundtrip(folder);

        CanaryFolderProperty back = folder.getProperties().get(CanaryFolderProperty.class);
        assertNotNull(back);
        assertEquals("minHold: 5m", back.getPolicy());
        assertEquals(CommitChecks.NONE, back.getCommitChecks());
        j.assertEqualDataBoundBeans(
                new NamedPlan("team", "abort: default"), back.getPlans().get(0));
        j.assertEqualDataBoundBeans(
                server("main", "http://folder:9090", null),
                back.getPrometheusServers().get(0));
        j.assertEqualDataBoundBeans(
                cluster("test", ""), back.getKubernetesClusters().get(0));
        j.assertEqualDataBoundBeans(managers, back.getApprovers().get(0));
    }

    @Test
    void configurationAsCodeGoesThereAndBack() throws Exception {
        ConfigurationAsCode.get().configure(getClass().getResource("jcasc.yaml").toString());

        CanaryConfiguration all = CanaryConfiguration.get();
        assertEquals(
                "http://prometheus.monitoring:9090",
                all.getPrometheusServers().get(0).getUrl());
        assertEquals("prometheus-token", all.getPrometheusServers().get(0).getCredentialsId());
        assertTrue(all.getKubernetesClusters().get(0).allowsNamespace("basket"));
        assertFalse(all.getKubernetesClusters().get(0).allowsNamespace("kube-system"));
        assertEquals(PlanAddresses.LISTED, all.getPlanAddresses());
        assertEquals(GateFailure.UNSTABLE, all.getGateFailure());
        assertFalse(all.isGateTestResults());

        ConfigurationContext context = new ConfigurationContext(ConfiguratorRegistry.get());
        assertEquals(
                Optional.of(List.of(new Approver(Approver.Kind.GROUP, "rm"), new Approver(Approver.Kind.USER, "anna"))),
                new Configured("any/job").approvers("release-managers"));
        CNode exported = context.lookup(CanaryConfiguration.class).describe(all, context);
        String written = io.jenkins.plugins.casc.misc.Util.toYamlString(exported);
        assertEquals("""
                allowedAddresses: |-
                  metrics.example.com:9090
                  *.svc
                approvers:
                - members: "group:rm, user:anna"
                  name: "release-managers"
                commitChecks: NONE
                gateFailure: UNSTABLE
                gateTestResults: false
                kubernetesClusters:
                - apiServer: "https://10.0.0.1:6443"
                  credentialsId: "kubeconfig"
                  folders: "platform/releases"
                  name: "production"
                  namespaces: "shop basket"
                notify:
                - events: "rollback ended"
                  to: "TEAMS"
                  urlCredentialsId: "release-team"
                planAddresses: LISTED
                plans:
                - name: "standard"
                  yaml: "abort: default"
                policy: |-
                  maxStep: 50
                  abort: default
                prometheusServers:
                - credentialsId: "prometheus-token"
                  name: "main"
                  tenant: "team-a"
                  url: "http://prometheus.monitoring:9090"
                """.strip(), written.strip());
    }

    @Test
    void aPolicyIsCheckedInItsForm() {
        CanaryConfiguration all = CanaryConfiguration.get();
        assertEquals(FormValidation.Kind.OK, all.doCheckPolicy("abort: default").kind);
        assertEquals(FormValidation.Kind.OK, all.doCheckPolicy(" ").kind);
        FormValidation wrong = all.doCheckPolicy("minHold: 5m\nmaxStp: 5");
        assertEquals(FormValidation.Kind.ERROR, wrong.kind);
        assertTrue(wrong.getMessage().contains("2:1 error maxStp: unknown key"), wrong.getMessage());
        assertTrue(wrong.getMessage().contains("did you mean maxStep?"), wrong.getMessage());
    }

    @Test
    void anEventThatThereIsNotIsNamedInTheLog() {
        try (LogRecorder log =
                new LogRecorder().record(NotifyTarget.class, Level.WARNING).capture(10)) {
            NotifyTarget target = new NotifyTarget("release-team");
            target.setEvents("rollback, endet");
            assertEquals(
                    List.of("There is no event endet; write one of "
                            + String.join(
                                    ", ",
                                    Arrays.stream(Topic.values())
                                            .map(Topic::word)
                                            .toList())),
                    log.getMessages());
        }
    }

    @Test
    void nearestFolderComesFirst() throws Exception {
        Folder outer = j.createProject(Folder.class, "outer");
        Folder inner = outer.createProject(Folder.class, "inner");
        CanaryConfiguration.get()
                .setPrometheusServers(List.of(
                        server("main", "http://controller:9090", null), server("only", "http://only:9090", null)));
        CanaryFolderProperty property = new CanaryFolderProperty();
        property.setPrometheusServers(List.of(server("main", "http://outer:9090", null)));
        outer.addProperty(property);

        assertEquals("http://controller:9090", url("job", "main"));
        assertEquals("http://outer:9090", url("outer/job", "main"));
        assertEquals("http://outer:9090", url(inner.getFullName() + "/job", "main"));
        assertEquals("http://only:9090", url("outer/inner/job", "only"));
        assertTrue(new Configured("outer/job").prometheus("none").isEmpty());
        CanaryConfiguration.get().setCommitChecks(CommitChecks.NONE);
        assertFalse(new Configured("outer/inner/job").isPublishingChecks());
        property.setCommitChecks(CommitChecks.PUBLISH);
        assertTrue(new Configured("outer/inner/job").isPublishingChecks());
        assertFalse(new Configured("job").isPublishingChecks());
        property = new CanaryFolderProperty();
        property.setPrometheusServers(List.of(server("main", "http://inner:9090", null)));
        inner.addProperty(property);
        assertEquals("http://inner:9090", url("outer/inner/job", "main"));
    }

    private static String url(String job, String name) {
        return new Configured(job).prometheus(name).map(s -> s.settings().url()).orElseThrow();
    }

    @Test
    void clusterIsForTheFoldersThatItNames() {
        CanaryConfiguration.get()
                .setKubernetesClusters(List.of(cluster("production", "platform/releases"), cluster("test", "")));

        assertEquals(List.of("production", "test"), new Configured("platform/releases/shop").clusterNames());
        assertEquals(List.of("test"), new Configured("platform/other").clusterNames());
        assertEquals(List.of("test"), new Configured("platform/releases-of-others").clusterNames());
    }

    @Test
    void connectionTestSignsInAndTellsWhatCameBack() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "pair", "", "scraper", "Pa55-of-prometheus"));
        AtomicReference<String> authorization = new AtomicReference<>();
        AtomicReference<String> tenant = new AtomicReference<>();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/api/v1/query", exchange -> {
            exchange.getRequestBody().readAllBytes();
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            tenant.compareAndSet(null, exchange.getRequestHeaders().getFirst("X-Scope-OrgID"));
            byte[] body = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        try {
            PrometheusServer.DescriptorImpl form = ExtensionList.lookupSingleton(PrometheusServer.DescriptorImpl.class);
            String url = "http://127.0.0.1:" + http.getAddress().getPort();
            assertEquals(FormValidation.Kind.OK, form.doTestConnection(null, url, "pair", "team-a").kind);
            assertTrue(authorization.get().startsWith("Basic "), authorization.get());
            assertEquals("team-a", tenant.get());
            FormValidation wrong = form.doTestConnection(null, url + "/nothing-here", "pair", null);
            assertEquals(FormValidation.Kind.ERROR, wrong.kind);
            assertFalse(wrong.getMessage().contains("Pa55"));
            assertEquals(FormValidation.Kind.ERROR, form.doTestConnection(null, url, "no-such-credential", null).kind);
            assertEquals(FormValidation.Kind.ERROR, form.doTestConnection(null, "file:///etc/passwd", null, null).kind);
            Folder folder = j.createProject(Folder.class, "trial");
            authorization.set("nobody asked");
            FormValidation inside = form.doTestConnection(folder, url, null, null);
            assertTrue(
                    inside.getMessage().contains("is not connected to: 127.0.0.1 is this machine itself"),
                    inside.getMessage());
            CanaryConfiguration.get().setPlanAddresses(PlanAddresses.LISTED);
            assertTrue(form.doTestConnection(folder, "http://metrics.invalid:9090", null, null)
                    .getMessage()
                    .contains("metrics.invalid"));
            assertEquals("nobody asked", authorization.get());
            CanaryConfiguration.get().setAllowedAddresses("127.0.0.1");
            assertEquals(FormValidation.Kind.OK, form.doTestConnection(folder, url, null, null).kind);
        } finally {
            http.stop(0);
        }
    }

    @Test
    void connectionToAClusterIsTried() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "token", "", Secret.fromString("t0k3n")));
        AtomicReference<String> allowed = new AtomicReference<>("true");
        AtomicReference<String> seen = new AtomicReference<>("nobody asked");
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            seen.set(exchange.getRequestHeaders().getFirst("Authorization"));
            boolean known = "Bearer t0k3n".equals(seen.get());
            byte[] body = (exchange.getRequestURI().getPath().contains("selfsubjectreviews")
                            ? "{\"status\":{\"userInfo\":{\"username\":\"system:serviceaccount:ci:jenkins\"}}}"
                            : "{\"status\":{\"allowed\":" + allowed.get() + "}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? 201 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        try {
            KubernetesCluster.DescriptorImpl form =
                    ExtensionList.lookupSingleton(KubernetesCluster.DescriptorImpl.class);
            String url = "http://127.0.0.1:" + api.getAddress().getPort();
            FormValidation good = form.doTestConnection(null, "eu", "token", url, "", "shop basket");
            assertEquals(
                    "The cluster answers. system:serviceaccount:ci:jenkins may read Deployments in namespace shop.",
                    good.getMessage());
            assertEquals(FormValidation.Kind.OK, good.kind);
            allowed.set("false");
            FormValidation poor = form.doTestConnection(null, "eu", "token", url, "", "");
            assertEquals(FormValidation.Kind.WARNING, poor.kind);
            assertTrue(poor.getMessage().contains("in namespace default"), poor.getMessage());
            FormValidation missing = form.doTestConnection(null, "eu", "no-such-credential", url, "", "");
            assertEquals(FormValidation.Kind.ERROR, missing.kind);
            FormValidation refused = form.doTestConnection(null, "eu", "", url, "", "");
            assertEquals(FormValidation.Kind.ERROR, refused.kind, refused.getMessage());
            seen.set("nobody asked");
            FormValidation inside =
                    form.doTestConnection(j.createProject(Folder.class, "cluster-trial"), "eu", "token", url, "", "");
            assertTrue(inside.getMessage().contains("127.0.0.1 is this machine itself"), inside.getMessage());
            assertEquals("nobody asked", seen.get());
        } finally {
            api.stop(0);
        }
    }

    @Test
    void aNewRowIsNotRedBeforeAnythingIsTyped() {
        PrometheusServer.DescriptorImpl form = ExtensionList.lookupSingleton(PrometheusServer.DescriptorImpl.class);
        assertEquals(FormValidation.Kind.WARNING, form.doCheckName(null, "").kind);
        assertEquals(FormValidation.Kind.WARNING, form.doCheckUrl(null, "").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckName(null, "a b").kind);
        assertEquals(FormValidation.Kind.ERROR, form.doCheckUrl(null, "metrics").kind);
    }
}
