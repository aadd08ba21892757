package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.ClusterLikeControl;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The next release of a target begins while the one before is still watched, with a controller that goes away meanwhile. */
class SupersededWatchTest {

    private static final String QUICK = "[ { name: Full, weight: 100, hold: 1s } ]";
    private static final String SLOW =
            "[ { name: Half, weight: 50, hold: 10m }, { name: Full, weight: 100, hold: 1s } ]";
    private static final String WATCH =
            "watch: { for: 1h, track: stable, criteria: [ { metric: error-rate, max: 10% } ],"
                    + " abort: [ { metric: error-rate, max: 30% } ], onBreach: rollback }";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private CanaryWorld world;
    private ClusterLikeControl control;

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
        control = new ClusterLikeControl(world.control());
    }

    @AfterEach
    void close() throws Exception {
        control.close();
        world.close();
    }

    private CpsFlowDefinition release(String phases, String version) throws Exception {
        return new CpsFlowDefinition(
                "canaryRollout yaml: '''"
                        + world.plan("shop", phases, WATCH)
                                .replace(
                                        world.control().toString(),
                                        control.url().toString())
                                // A tick of the watch takes the shift for somebody else's: the manager comes first.
                                .replace(" interval: 250ms", " interval: 2s")
                                .replace("window: 2s", "window: 10s")
                        + "''', version: '" + version + "'",
                true);
    }

    private static WorkflowRun run(JenkinsRule j, int number) {
        return j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(number);
    }

    private static RolloutEvent.Ended end(WorkflowRun build) throws Exception {
        List<RolloutEvent.Ended> ends = Builds.journal(build, RolloutEvent.Ended.class);
        return ends.isEmpty() ? null : ends.get(0);
    }

    /** The first is promoted, on watch in this session. */
    private void promoteTheFirst(JenkinsRule j) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, "job");
        job.setDefinition(release(QUICK, "v2"));
        j.assertBuildStatusSuccess(j.waitForCompletion(job.scheduleBuild2(0).waitForStart()));
        assertEquals(Weight.ZERO, world.weight(), "promoted as a cluster does");
        assertEquals(1, RolloutManager.get().open().size());
    }

    @Test
    void theFirstWatchEndsAsReplacedAndTouchesNothing() throws Throwable {
        sessions.then(this::promoteTheFirst);
        sessions.then(j -> {
            Builds.until(
                    "taken up again", () -> RolloutManager.get().open().stream().anyMatch(r -> r.state() != null));
            WorkflowJob job = run(j, 1).getParent();
            job.setDefinition(release(SLOW, "v3"));
            WorkflowRun second = job.scheduleBuild2(0).waitForStart();
            Builds.until("replaced", () -> end(run(j, 1)) != null);
            assertEquals(Outcome.PROMOTED, end(run(j, 1)).outcome());
            assertEquals(
                    "replaced by the next rollout, shop of job#2",
                    end(run(j, 1)).reason());
            Builds.untilStatus(second, "WATCHING");
            assertEquals(Weight.ofPercent(50), world.weight(), "what the first one leaves behind is the second one's");
            assertEquals(List.of(), Builds.journal(run(j, 1), RolloutEvent.RollbackIntended.class));
            RolloutEvent.ShiftIntended shift =
                    Builds.journal(second, RolloutEvent.ShiftIntended.class).get(0);
            assertTrue(
                    shift.at() <= end(run(j, 1)).at(), "nothing ends the watch before the next release really shifts");
        });
        sessions.then(j -> {
            // The controller went away in the middle of the second: only that one is resumed, and can be taken back.
            Builds.untilStatus(run(j, 2), "WATCHING");
            assertEquals(1, RolloutManager.get().open().size());
            world.breakCanary();
            j.waitForCompletion(run(j, 2));
            assertEquals(Outcome.ROLLED_BACK, end(run(j, 2)).outcome());
            assertEquals(Weight.ZERO, world.weight());
            assertEquals(1, Builds.journal(run(j, 1), RolloutEvent.Ended.class).size());
        });
    }

    @Test
    void aNextReleaseThatNeverShiftsLeavesTheWatchAlone() throws Throwable {
        sessions.then(this::promoteTheFirst);
        sessions.then(j -> {
            Builds.until(
                    "taken up again", () -> RolloutManager.get().open().stream().anyMatch(r -> r.state() != null));
            WorkflowJob job = run(j, 1).getParent();
            job.setDefinition(new CpsFlowDefinition(
                    release(SLOW, "v3")
                            .getScript()
                            .replace("phases:", "checklists: { pre: { when: before, items: [ drill ] } }\nphases:"),
                    true));
            WorkflowRun second = job.scheduleBuild2(0).waitForStart();
            Builds.untilStatus(second, "AWAITING_CHECKLIST");
            assertEquals(2, RolloutManager.get().open().size());
            second.doStop();
            j.waitForCompletion(second);
            Builds.until("the second is over", () -> RolloutManager.get().open().size() == 1);
            assertEquals(null, end(run(j, 1)));
        });
    }
}
