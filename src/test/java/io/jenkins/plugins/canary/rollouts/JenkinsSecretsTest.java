package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import hudson.util.Secret;
import io.jenkins.plugins.canary.config.ConfiguredSecret;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import java.util.List;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Which secrets a plan gets, by its job, and which only configuration gets. */
@WithJenkins
class JenkinsSecretsTest {

    private static WorkflowRun build;

    private static StringCredentialsImpl secret(CredentialsScope scope, String id) {
        return new StringCredentialsImpl(scope, id, "", Secret.fromString("the secret of " + id));
    }

    @BeforeAll
    static void world(JenkinsRule j) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .addAll(List.of(
                        secret(CredentialsScope.GLOBAL, "for-all"), secret(CredentialsScope.SYSTEM, "for-jenkins")));
        Folder theirs = j.createProject(Folder.class, "theirs");
        FolderCredentialsProperty property = new FolderCredentialsProperty(new DomainCredentials[0]);
        theirs.addProperty(property);
        CredentialsStore store = property.getStore();
        store.addCredentials(Domain.global(), secret(CredentialsScope.GLOBAL, "theirs"));
        Folder ours = j.createProject(Folder.class, "ours");
        WorkflowJob job = ours.createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition("echo 'done'", true));
        build = j.buildAndAssertSuccess(job);
    }

    private static PlanRef plan(String id) {
        return new PlanRef(PlanRef.Kind.CREDENTIALS, id);
    }

    private String refused(JenkinsSecrets secrets, PlanRef ref) {
        return assertThrows(SecretMissing.class, () -> ref.text(secrets)).getMessage();
    }

    @Test
    void aPlanGetsWhatItsJobMayUse() throws Exception {
        JenkinsSecrets secrets = new JenkinsSecrets(build, "ours/job");
        assertEquals("the secret of for-all", plan("for-all").text(secrets));
        for (String other : List.of("theirs", "for-jenkins", " theirs\ntheirs", " \nfor-jenkins", "theirs\ntheirs")) {
            assertTrue(refused(secrets, plan(other)).startsWith("there is no credential "), other);
            assertThrows(SecretMissing.class, () -> plan(other).store(secrets), other);
        }
        assertTrue(refused(secrets, new PlanRef(PlanRef.Kind.ENV, "HOME"))
                .contains("must not read the controller's environment"));
        assertTrue(
                refused(secrets, new PlanRef(PlanRef.Kind.FILE, "/etc/passwd")).contains("must not read"));
    }

    @Test
    void aConfiguredServerGetsTheCredentialOfWhoConfiguredIt() throws Exception {
        JenkinsSecrets secrets = new JenkinsSecrets(build, "ours/job");
        assertEquals("the secret of theirs", new ConfiguredSecret("theirs", "theirs").text(secrets));
        assertEquals("the secret of for-jenkins", new ConfiguredSecret("", "for-jenkins").text(secrets));
        assertThrows(SecretMissing.class, () -> new ConfiguredSecret("theirs", "for-jenkins").text(secrets));
        assertThrows(
                SecretMissing.class,
                () -> new ConfiguredSecret("gone", "for-all").text(secrets),
                "a folder that is gone is not the controller");
    }

    /** A rollout may be open longer than its job lives. */
    @Test
    void aJobThatIsGoneGetsNothing() {
        JenkinsSecrets secrets = new JenkinsSecrets(null, "ours/gone");
        for (String id : List.of("for-all", "for-jenkins", "theirs")) {
            assertEquals(
                    "the credential " + id + " is not looked up: the job ours/gone that may use it is gone",
                    refused(secrets, plan(id)));
        }
    }

    @Test
    void aJobWhoseBuildIsGoneKeepsItsOwn() throws Exception {
        JenkinsSecrets secrets = new JenkinsSecrets(null, "ours/job");
        assertEquals("the secret of for-all", plan("for-all").text(secrets));
        assertThrows(SecretMissing.class, () -> plan("theirs").text(secrets));
    }
}
