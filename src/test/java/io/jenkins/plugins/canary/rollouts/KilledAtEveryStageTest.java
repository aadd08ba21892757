package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.LoopbackAllowed;
import io.jenkins.plugins.canary.SlowControl;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller is killed with rollouts in its first shift, waiting for approval, in promotion, and rolling back. */
class KilledAtEveryStageTest {

    private static final String SHORT =
            "[ { name: Initial, weight: 20, hold: 1s }, { name: Full, weight: 100, hold: 1s } ]";
    private static final Map<String, String> PHASES = Map.of(
            "shift", SHORT,
            "approval", SHORT.replaceFirst("hold: 1s", "hold: 1s, approval: { by: [alice] }"),
            "promotion", SHORT.replace("100, hold: 1s", "100, hold: 10s"),
            "rollback", SHORT.replaceFirst("1s", "10m"));

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    /** A rollout's router, whose changes can be held up. */
    private record Place(CanaryWorld world, SlowControl control) {
        static Place open() throws Exception {
            CanaryWorld world = new CanaryWorld();
            return new Place(world, new SlowControl(world.control()));
        }

        String script(String name, String phases) {
            return "canaryStart yaml: '''"
                    + world.plan(name, phases, "")
                            .replace(world.control().toString(), control.url().toString())
                    + "''', version: 'v2'\ncanaryGate()\ncanaryPromote(to: 100)";
        }
    }

    private static WorkflowRun build(JenkinsRule j, String name) {
        return j.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }

    private static <T extends RolloutEvent> void untilWritten(JenkinsRule j, String name, Class<T> event)
            throws Exception {
        Builds.until(
                event.getSimpleName() + " of " + name,
                () -> Builds.record(build(j, name)) != null
                        && !Builds.journal(build(j, name), event).isEmpty());
    }

    private static void start(JenkinsRule j, Map<String, String> scripts) throws Exception {
        LoopbackAllowed.list();
        for (Map.Entry<String, String> job : scripts.entrySet()) {
            Builds.start(j, job.getKey(), job.getValue());
        }
        untilWritten(j, "shift", RolloutEvent.ShiftIntended.class);
        Builds.untilStatus(build(j, "approval"), "AWAITING_APPROVAL");
        j.waitForMessage("in phase Full", build(j, "promotion"));
        j.waitForMessage("in phase Initial", build(j, "rollback"));
    }

    private static void goOnToWhatIsHeldUp(JenkinsRule j) throws Exception {
        Builds.live(build(j, "rollback")).command(new Input.RollBack("ann", "a person said so"));
        Builds.untilStatus(build(j, "rollback"), "ROLLING_BACK");
        untilWritten(j, "promotion", RolloutEvent.PromoteIntended.class);
    }

    private static void wentOn(JenkinsRule j) throws Exception {
        WorkflowRun approval = build(j, "approval");
        Builds.until(
                "resumed",
                () -> Builds.live(approval) != null && Builds.live(approval).run() != null);
        Builds.live(approval)
                .command(new Input.Approve(Builds.live(approval).state().phase(), "alice", Set.of(), "looks good"));
        for (String name : List.of("shift", "approval", "promotion")) {
            WorkflowRun build = build(j, name);
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertEquals(
                    List.of(0, 1),
                    Builds.journal(build, RolloutEvent.ShiftIntended.class).stream()
                            .map(RolloutEvent.ShiftIntended::phase)
                            .toList(),
                    "no second shift in " + name);
            assertEquals(
                    1, Builds.journal(build, RolloutEvent.PromoteIntended.class).size(), name);
        }
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build(j, "rollback")));
        j.assertLogContains("Canary rollback was rolled back: a person said so", build(j, "rollback"));
        for (String name : PHASES.keySet()) {
            assertEquals(
                    1,
                    Builds.journal(build(j, name), RolloutEvent.Started.class).size(),
                    name);
            assertEquals(
                    1,
                    Builds.journal(build(j, name), RolloutEvent.Resumed.class).size(),
                    name);
            assertEquals(
                    1, Builds.journal(build(j, name), RolloutEvent.Ended.class).size(), name);
        }
        assertTrue(RolloutManager.get().open().isEmpty());
    }

    @Test
    void sameRolloutsGoOn() throws Throwable {
        Map<String, Place> places = new LinkedHashMap<>();
        try {
            LinkedHashMap<String, String> scripts = new LinkedHashMap<>();
            for (String name : PHASES.keySet()) {
                places.put(name, Place.open());
                scripts.put(name, places.get(name).script(name, PHASES.get(name)));
            }
            places.get("shift").control.hold();
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                start(j, scripts);
            });
            places.get("promotion").control.hold();
            places.get("rollback").control.hold();
            jenkins.runRemotely(j -> {
                goOnToWhatIsHeldUp(j);
            });
            jenkins.stopJenkinsForcibly();

            places.values().forEach(p -> p.control.letGo());
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                wentOn(j);
            });
            assertEquals(Weight.ZERO, places.get("rollback").world.weight());
            for (String name : List.of("shift", "approval", "promotion")) {
                assertTrue(places.get(name).world.promoted(), name);
            }
        } finally {
            for (Place place : places.values()) {
                place.control.close();
                place.world.close();
            }
        }
    }
}
