package io.jenkins.plugins.canary.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.springframework.security.core.Authentication;

/** Rollouts of builds whose traffic is moved by another job. */
@WithJenkins
class JobRouterTest {

    private static final String PHASES =
            "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]";
    private static final String LONG =
            "[ { name: Initial, weight: 20, hold: 10m }, { name: Full, weight: 100, hold: 1s } ]";

    private static JenkinsRule j;

    private CanaryWorld world;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        j.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        j.jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        QueueItemAuthenticatorConfiguration.get().getAuthenticators().clear();
        for (WorkflowJob job : j.jenkins.getItems(WorkflowJob.class)) {
            job.delete();
        }
        Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
        world.close();
    }

    private String rollout(String name, String phases) {
        return "canaryRollout yaml: '''" + ShiftJob.plan(world, name, phases, "") + "''', version: 'v2'";
    }

    private static List<String> actions(WorkflowJob job) {
        return job.getBuilds().stream()
                .map(b -> b.getAction(hudson.model.ParametersAction.class)
                        .getParameter("ACTION")
                        .getValue()
                        .toString())
                .sorted()
                .toList();
    }

    @Test
    void aGoodVersionIsPromotedByTheJob() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        WorkflowRun build = Builds.start(j, "release", rollout("good", PHASES));
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
        assertEquals(List.of("observe", "promote", "shift", "shift"), actions(job), "one run for each intention");
        j.assertLogContains("Started by the canary rollout of ", job.getLastBuild());
    }

    @Test
    void aBadVersionIsRolledBackByTheJob() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        WorkflowRun build = Builds.start(j, "release", rollout("bad", LONG));
        j.waitForMessage("in phase Initial", build);
        assertEquals(Weight.ofPercent(20), world.weight());
        world.breakCanary();
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        assertEquals(List.of("observe", "rollback", "shift"), actions(job));
    }

    @Test
    void theRolloutsBuildIsKilled() throws Exception {
        ShiftJob.create(j, world);
        WorkflowRun build = Builds.start(j, "release", rollout("killed", LONG));
        j.waitForMessage("in phase Initial", build);
        build.doKill();
        Builds.until(
                "rolled back by a job that the controller starts",
                () -> world.weight().isZero());
        Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
    }

    @Test
    void theRolloutsJobIsDeleted() throws Exception {
        ShiftJob.create(j, world);
        WorkflowRun build = Builds.start(j, "release", rollout("deleted", LONG));
        j.waitForMessage("in phase Initial", build);
        build.getParent().delete();
        Builds.until("rolled back without its job", () -> world.weight().isZero());
        Builds.until("nothing open", () -> RolloutManager.get().open().isEmpty());
    }

    @Test
    void aRunThatFailsIsAnErrorWithItsLogAndIsTriedAgain() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        String fails = ShiftJob.script(world)
                .replace("node {", "if (params.ACTION == 'shift') { error 'no licence' }\nnode {");
        ShiftJob.script(job, fails);
        WorkflowRun build = Builds.start(j, "release", rollout("fails", PHASES));
        Builds.until(
                "the failure is told",
                () -> Builds.record(build) != null
                        && !Builds.journal(build, RolloutEvent.RouterFailed.class)
                                .isEmpty());
        String says =
                Builds.journal(build, RolloutEvent.RouterFailed.class).get(0).error();
        assertTrue(says.matches("shift-traffic #\\d+ ended with FAILURE: http.*/job/shift-traffic/\\d+/console"), says);
        assertEquals(Weight.ZERO, world.weight());
        ShiftJob.script(job, ShiftJob.script(world));
        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        assertTrue(world.promoted());
    }

    @Test
    void aRunThatArchivesNothingSaysNothing() throws Exception {
        ShiftJob.create(j, ShiftJob.NAME, "echo 'nothing'");
        WorkflowRun build = Builds.start(j, "release", rollout("silent", PHASES));
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("shift-traffic #1 archived no canary.json, which says what is in force: ", build);
    }

    @Test
    void aJobThatIsNotThereOrLacksParameters() throws Exception {
        WorkflowRun without = Builds.start(j, "release", rollout("none", PHASES));
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(without));
        j.assertLogContains("there is no job shift-traffic that the job release, whose builds run as ", without);
        Builds.job(j, ShiftJob.NAME, "echo 'no parameters'");
        WorkflowRun bare =
                j.buildAndAssertStatus(Result.FAILURE, j.jenkins.getItemByFullName("release", WorkflowJob.class));
        j.assertLogContains("the job shift-traffic has no parameter ACTION, WEIGHT, VERSION, SERVICE: add them", bare);
    }

    private static Authentication as(String user) {
        return User.getById(user, true).impersonate2();
    }

    @Test
    void onlyWithTheRightsOfTheRolloutsJob() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        WorkflowJob release = Builds.job(j, "release", rollout("rights", PHASES));
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        MockAuthorizationStrategy rights = new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader", "starter")
                .grant(Item.BUILD)
                .onItems(job)
                .to("starter");
        j.jenkins.setAuthorizationStrategy(rights);
        MockQueueItemAuthenticator runsAs = new MockQueueItemAuthenticator().authenticate("release", as("nobody"));
        QueueItemAuthenticatorConfiguration.get().getAuthenticators().add(runsAs);
        WorkflowRun blind = j.buildAndAssertStatus(Result.FAILURE, release);
        j.assertLogContains(
                "there is no job shift-traffic that the job release, whose builds run as nobody, may see", blind);
        runsAs.authenticate("release", as("reader"));
        WorkflowRun reading = j.buildAndAssertStatus(Result.FAILURE, release);
        j.assertLogContains(
                "the job release, whose builds run as reader, may not start shift-traffic: give that user the permission"
                        + " Job/Build on it",
                reading);
        assertFalse(job.isInQueue());
        assertEquals(0, job.getBuilds().size(), "nothing was started");
        runsAs.authenticate("release", as("starter"));
        j.assertBuildStatusSuccess(release.scheduleBuild2(0));
        assertTrue(world.promoted());
    }

    @Test
    void theJobIsDeletedAndComesBack() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        WorkflowRun build = Builds.start(j, "release", rollout("gone", LONG));
        j.waitForMessage("in phase Initial", build);
        job.delete();
        world.breakCanary();
        Builds.until(
                "the rollback says why it waits",
                () -> Builds.journal(build, RolloutEvent.RouterFailed.class).stream()
                        .anyMatch(e -> e.error().startsWith("there is no job shift-traffic")));
        assertEquals(Weight.ofPercent(20), world.weight());
        ShiftJob.create(j, world);
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
    }

    @Test
    void neverTwoAtATime() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        String waits = "if (params.ACTION == 'shift') { sleep 6 }\n" + ShiftJob.script(world);
        ShiftJob.script(job, waits);
        WorkflowRun build = Builds.start(j, "release", rollout("once", LONG));
        Builds.until(
                "the run for the shift runs",
                () -> job.isBuilding() && actions(job).contains("shift"));
        Builds.live(build).command(new io.jenkins.plugins.canary.engine.rollout.Input.RollBack("ada", "enough"));
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        assertEquals(Weight.ZERO, world.weight());
        assertEquals(List.of("observe", "rollback", "shift"), actions(job));
        WorkflowRun shift = job.getBuildByNumber(2);
        WorkflowRun back = job.getBuildByNumber(3);
        assertNotNull(back);
        assertTrue(
                back.getStartTimeInMillis() >= shift.getStartTimeInMillis() + shift.getDuration(),
                "the rollback's run began when the shift's had ended");
    }

    @Test
    void aRunThatTakesTooLongIsStopped() throws Exception {
        WorkflowJob job = ShiftJob.create(j, world);
        ShiftJob.script(job, "sleep 600");
        WorkflowRun build = Builds.start(j, "release", rollout("slow", PHASES).replace("timeout: 2m", "timeout: 3s"));
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("not done within 3 s", build);
        Builds.until("the run is stopped", () -> !job.isBuilding());
        assertEquals(Result.ABORTED, job.getLastBuild().getResult());
    }
}
