package io.jenkins.plugins.canary;

import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** Jobs, builds and what their rollouts left behind. */
public final class Builds {

    private Builds() {}

    public static WorkflowJob job(JenkinsRule j, String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    public static WorkflowRun start(JenkinsRule j, String name, String script) throws Exception {
        return job(j, name, script).scheduleBuild2(0).waitForStart();
    }

    public static RolloutRecord record(WorkflowRun build) {
        return RolloutsAction.of(build).flatMap(a -> a.last(null)).orElse(null);
    }

    public static List<RolloutEvent> journal(WorkflowRun build) throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(
                RolloutsAction.of(build).orElseThrow().journal(record(build).getId()), events::add);
        return events;
    }

    public static <T extends RolloutEvent> List<T> journal(WorkflowRun build, Class<T> type) throws Exception {
        return journal(build).stream().filter(type::isInstance).map(type::cast).toList();
    }

    public static LiveRollout live(WorkflowRun build) {
        List<LiveRollout> open = RolloutManager.get().openOf(build);
        return open.isEmpty() ? null : open.get(0);
    }

    /** Looks until it is so, for a minute at most. */
    public static void until(String what, Callable<Boolean> holds) throws Exception {
        until(what, holds, 60);
    }

    /** Looks until it is so, for so many seconds at most. */
    public static void until(String what, Callable<Boolean> holds, int seconds) throws Exception {
        Poll.until(what, holds, Duration.ofSeconds(seconds));
    }

    /** Waits until the rollout of a build has a status. */
    public static void untilStatus(WorkflowRun build, String status) throws Exception {
        until("rollout of " + build + " is " + status, () -> {
            LiveRollout live = live(build);
            return live != null && live.state() != null && live.plan() != null
                    ? live.state().status(live.plan()).name().equals(status)
                    : record(build) != null && status.equals(record(build).getStatus());
        });
    }
}
