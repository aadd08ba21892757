package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.config.PrometheusServer;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What people get wrong: an error that says what to do, a build that fails, traffic where it was. */
@WithJenkins
class BadInputTest {

    private static final String PROMETHEUS =
            "prometheus: { server: NAME, interval: 1s }\n  labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }";

    private static JenkinsRule j;
    private CanaryWorld world;
    private String name;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open(TestInfo test) throws Exception {
        world = new CanaryWorld();
        name = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    }

    @AfterEach
    void close() throws Exception {
        Builds.until("traffic is where it was", () -> world.weight().isZero());
        Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
        world.close();
    }

    private WorkflowRun fails(String script, String... messages) throws Exception {
        WorkflowRun build = Builds.start(j, name, script);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        for (String message : messages) {
            j.assertLogContains(message, build);
        }
        j.assertLogNotContains("\tat io.jenkins.plugins.canary", build);
        return build;
    }

    private static String start(String plan) {
        return "canaryStart yaml: '''" + plan + "''', version: 'v2'\n";
    }

    @Test
    void noPlan() throws Exception {
        fails("canaryStart version: 'v2'", "no plan is given: write canaryStart plan: ");
    }

    @Test
    void planWithErrorsNamesLineAndColumn() throws Exception {
        fails(start("name: x\nphases: [ { name: One, weight: fife } ]"), "2:32 error phases[0].weight", "traffic");
    }

    @Test
    void planThatIsNotInTheWorkspace() throws Exception {
        fails(
                "node { canaryStart plan: 'deploy/canary.yaml' }",
                "there is no plan deploy/canary.yaml in the workspace");
    }

    @Test
    void planOutsideOfTheWorkspace() throws Exception {
        fails("node { canaryStart plan: '../secrets.yaml' }", "is outside of the workspace");
    }

    @Test
    void planBehindALinkThatLeadsOut() throws Exception {
        Path outside = Files.writeString(j.jenkins.getRootDir().toPath().resolve("outside.yaml"), "name: secret");
        fails(
                "node { sh 'ln -s \"" + outside + "\" link.yaml'\n canaryStart plan: 'link.yaml' }",
                "is a link that leads out of the workspace");
    }

    @Test
    void planThatIsTooLarge() throws Exception {
        fails(
                "node { writeFile file: 'big.yaml', text: 'name: x # ' + 'y' * (1 << 20)\n canaryStart plan: 'big.yaml' }",
                "the plan big.yaml is larger than 1 MiB");
    }

    /** Nine aliases of nine aliases and so on: a few lines that would be gigabytes. */
    @Test
    void planThatIsABomb() throws Exception {
        StringBuilder bomb = new StringBuilder("a0: &a0 [ x, x, x, x, x, x, x, x, x ]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a%d: &a%d [ *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d ]\n"
                    .replaceAll("\\*a%d", "*a" + (i - 1))
                    .formatted(i, i));
        }
        fails(start(bomb + world.plan(name)), "alias");
    }

    @Test
    void unknownCluster() throws Exception {
        fails(
                start(
                        world.plan(name)
                                .replaceAll(
                                        "traffic: .*",
                                        "target: { namespace: shop, deployment: api }\ntraffic: { gatewayApi: { httpRoute: api, cluster: nowhere } }")),
                "no Kubernetes cluster named 'nowhere' is configured here");
    }

    @Test
    void planWithoutWorkspaceAndScm() throws Exception {
        fails("canaryStart plan: 'deploy/canary.yaml'", "the step runs without a workspace", "yaml: '''...'''");
    }

    @Test
    void unknownServer() throws Exception {
        String plan = world.plan(name).replaceAll("scrape: .*", PROMETHEUS.replace("NAME", "nowhere"));
        fails(start(plan), "no Prometheus server named 'nowhere' is configured");
    }

    @Test
    void routerThatDoesNotAnswer() throws Exception {
        WorkflowRun build = fails(
                start(world.plan(name).replace(world.control().toString(), "http://127.0.0.1:1")),
                "the rollout " + name + " cannot begin: traffic.local: ");
        assertTrue(RolloutsAction.of(build).isEmpty(), "nothing began, nothing is kept");
    }

    @Test
    void proxyInsideOfJenkins() throws Exception {
        String plan = world.plan(name)
                .replaceAll(
                        "local: .*",
                        "local: { listen: '127.0.0.1:0', canary: 'http://127.0.0.1:1', stable: 'http://127.0.0.1:2' } }");
        fails(start(plan), "runs on the command line only, not in Jenkins");
    }

    @Test
    void secretFromTheController() throws Exception {
        for (String ref : List.of("env:HOME", "file:/etc/passwd")) {
            String plan =
                    world.plan(name).replace("interval: 250ms,", "auth: { bearer: '" + ref + "' }, interval: 250ms,");
            WorkflowRun build = Builds.start(j, name + ref.charAt(0), start(plan));
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            j.assertLogContains("a plan must not read the controller's environment or files", build);
        }
    }

    @Test
    void credentialThatIsNotThere() throws Exception {
        String plan = world.plan(name)
                .replace("interval: 250ms,", "auth: { bearer: 'credentials:nobody' }, interval: 250ms,");
        fails(start(plan), "there is no credential nobody that " + name + " may use");
    }

    @Test
    void credentialOfAnotherKindOrFolder() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new FileCredentialsImpl(
                        CredentialsScope.GLOBAL,
                        "kubeconfig",
                        "",
                        "kubeconfig",
                        SecretBytes.fromBytes("s3cr3t".getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        Folder folder = j.createProject(Folder.class, "others");
        FolderCredentialsProvider.FolderCredentialsProperty theirs =
                new FolderCredentialsProvider.FolderCredentialsProperty(
                        new com.cloudbees.plugins.credentials.domains.DomainCredentials[] {
                            new com.cloudbees.plugins.credentials.domains.DomainCredentials(
                                    com.cloudbees.plugins.credentials.domains.Domain.global(),
                                    List.of(new StringCredentialsImpl(
                                            CredentialsScope.GLOBAL, "theirs", "", Secret.fromString("s3cr3t"))))
                        });
        folder.addProperty(theirs);
        String plan = world.plan(name)
                .replace("interval: 250ms,", "auth: { bearer: 'credentials:kubeconfig' }, interval: 250ms,");
        fails(start(plan), "the credential kubeconfig holds neither a secret text nor a password");
        WorkflowRun build = Builds.start(j, name + "2", start(plan.replace(":kubeconfig", ":theirs")));
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("there is no credential theirs that " + name + "2 may use", build);
    }

    @Test
    void credentialsAreFoundAndStaySecret() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "token", "", Secret.fromString("s3cr3t-token")));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.SYSTEM, "server", "", "reader", "s3cr3t-password"));
        PrometheusServer server = new PrometheusServer("main", "http://127.0.0.1:1");
        server.setCredentialsId("server");
        CanaryConfiguration.get().setPrometheusServers(List.of(server));
        assertEquals(
                "reader",
                new Configured("any")
                        .prometheus("main")
                        .orElseThrow()
                        .settings()
                        .auth()
                        .username());

        String scraped = world.plan("scraped")
                .replace("interval: 250ms,", "auth: { bearer: 'credentials:token' }, interval: 250ms,");
        WorkflowRun build = Builds.start(
                j,
                name,
                start(scraped) + "canaryRollback()\n"
                        + start(world.plan("served").replaceAll("scrape: .*", PROMETHEUS.replace("NAME", "main")))
                        + "canaryRollback()");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        try (var files = Files.walk(build.getRootDir().toPath())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertTrue(
                        !new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                                .contains("s3cr3t"),
                        file + " holds a secret");
            }
        }
    }

    @Test
    void serversSecretCannotBeNamedByAPlan() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.SYSTEM, "hidden", "", "reader", "s3cr3t"));
        for (String ref : List.of("credentials:hidden", "credentials: hidden")) {
            String plan =
                    world.plan(name).replace("interval: 250ms,", "auth: { bearer: '" + ref + "' }, interval: 250ms,");
            WorkflowRun build = Builds.start(j, name + ref.length(), start(plan));
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            assertTrue(RolloutsAction.of(build).isEmpty(), "nothing began");
        }
    }

    /** Names become file names: none may lead out of the build, or to where no restart would look. */
    @Test
    void nameThatCannotBeAFilesName() throws Exception {
        for (String bad : List.of("../../escaped", "team/api")) {
            WorkflowRun build = Builds.start(
                    j, name + bad.length(), "canaryStart rollout: '" + bad + "', yaml: '''" + world.plan(name) + "'''");
            j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
            j.assertLogContains(
                    "'" + bad + "' cannot be a rollout's name: use lower-case letters, digits and '-'", build);
            assertTrue(RolloutsAction.of(build).isEmpty(), "nothing began");
            assertTrue(Files.notExists(build.getRootDir().toPath().resolve("canary")), "nothing is kept");
        }
        // Jenkins' own temporary files come and go while this looks.
        Files.walkFileTree(j.jenkins.getRootDir().toPath(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                assertFalse(file.toString().contains("escaped"), () -> file + " is outside of the build");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Test
    void gateBeforeStart() throws Exception {
        fails("canaryGate()", "this build has no rollout: run canaryStart before canaryGate");
    }

    @Test
    void promoteBeforeTheGate() throws Exception {
        String plan = world.plan(name, "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]", "");
        fails(start(plan) + "canaryPromote()", "the gate of phase Initial has not passed: run canaryGate first");
    }

    @Test
    void promoteWithoutAGateAndWithoutAReason() throws Exception {
        String plan = world.plan(name, "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100 } ]", "");
        fails(
                start(plan) + "canaryPromote override: true",
                "the gate of phase Initial has not passed: going on without it wants a reason");
    }

    @Test
    void promoteToAWeightThatThePlanDoesNotHave() throws Exception {
        fails(start(world.plan(name)) + "canaryPromote to: 33", "the plan has no phase of 33%: it has 20%, 50%, 100%");
    }

    @Test
    void promoteBackwards() throws Exception {
        fails(start(world.plan(name)) + "canaryPromote to: 20", "leads back");
    }

    @Test
    void startTwice() throws Exception {
        fails(
                start(world.plan(name)) + start(world.plan(name)),
                "the rollout " + name + " is under way in this build already");
    }

    @Test
    void targetThatIsTaken() throws Exception {
        WorkflowRun first = Builds.start(j, name + "-first", start(world.plan(name)) + "sleep 300");
        j.waitForMessage("Sleeping for", first);
        fails(
                start(world.plan(name + "2")),
                "the target of " + name + "2 is taken: the rollout " + name + " of " + name
                        + "-first #1 is under way there, see " + first.getUrl() + "canary/");
        assertEquals(20, world.weight().percent());
        first.doStop();
        j.waitForCompletion(first);
    }

    @Test
    void severalRolloutsAndNoName() throws Exception {
        try (CanaryWorld other = new CanaryWorld()) {
            fails(
                    start(world.plan("one")) + start(other.plan("two")) + "canaryGate()",
                    "this build has several open rollouts (one, two): say which one with canaryGate rollout: '...'");
            Builds.until("the other one too", () -> other.weight().isZero());
        }
    }

    @Test
    void rollbackOfNothingIsNoError() throws Exception {
        WorkflowRun build = Builds.start(j, name, "canaryRollback reason: 'just in case'");
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        j.assertLogContains("Nothing to roll back: this build has no open rollout", build);
        assertNull(Builds.record(build));
    }
}
