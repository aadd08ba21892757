package io.jenkins.plugins.canary.rollouts;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.PeriodicWork;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Nobody leaves the canary alone: not a build that ends, and not one that is deleted. */
@Extension
public final class BuildEnds extends RunListener<Run<?, ?>> {

    private static final Logger LOGGER = Logger.getLogger(BuildEnds.class.getName());
    private static final long DELETE_WAITS_SECONDS = 20;

    @Override
    public void onCompleted(Run<?, ?> build, @NonNull TaskListener listener) {
        List<LiveRollout> open = RolloutManager.get().openOf(build);
        boolean bad = false;
        for (LiveRollout rollout : open) {
            bad |= endsBadly(rollout, listener);
        }
        // Only now: a rollout that the manager forgot meanwhile has its end in the record.
        for (RolloutRecord record : RolloutsAction.rolloutsOf(build)) {
            if (record.isTakenBack() && record.claimEnd()) {
                String lost = "The canary did not make it, and no step was told: " + record.getReason();
                BuildUpdater.say(listener, record.getName(), lost);
                bad = true;
            }
        }
        if (bad) {
            // A build that is green while its canary is taken back says that all is well when it is not.
            build.setResult(Result.FAILURE);
        }
        RolloutManager.get().buildEnded(build, RolloutResumer.lost(build));
    }

    private static boolean endsBadly(LiveRollout rollout, TaskListener listener) {
        RolloutState state = rollout.state();
        if (state != null && state.isEnded()) {
            return BuildUpdater.taken(state) && rollout.claimEnd();
        }
        CanaryPlan plan = rollout.planned();
        if (rollout.isPromoted()) {
            String open = plan == null || plan.watch() == null
                    ? "; the rollout stays open for its last checklists"
                    : ", and watched for " + Units.print(plan.watch().length());
            BuildUpdater.say(listener, rollout.name(), "The new version is promoted" + open);
            return false;
        }
        if (state != null && state.status(plan) == Status.ROLLING_BACK) {
            BuildUpdater.say(listener, rollout.name(), "The build ends while the canary is being rolled back");
            rollout.claimEnd();
            return true;
        }
        boolean back = plan == null || plan.timing().onBuildEnd() == OnBuildEnd.ROLLBACK;
        String fate = back ? "rolling back" : "the canary is left where it is";
        BuildUpdater.say(listener, rollout.name(), "The build ends with the rollout open: " + fate);
        return back;
    }

    /** The journal goes with the build, so the router comes first; bounded, for the one who deletes waits. */
    @Override
    public void onDeleted(Run<?, ?> build) {
        for (LiveRollout rollout : RolloutManager.get().openOf(build)) {
            if (rollout.run() == null) {
                continue;
            }
            if (rollout.isPromoted()) {
                RolloutManager.endWatch(rollout, "the build was deleted");
            } else {
                RolloutManager.get().buildEnded(build, "the build was deleted");
            }
            try {
                rollout.run().ended().get(DELETE_WAITS_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                LOGGER.log(
                        Level.WARNING,
                        "The build {0} is deleted while its canary {1} is still being rolled back: {2}",
                        new Object[] {build, rollout.id(), rollout.headline()});
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Finds rollouts whose build ended without saying so: killed, unloaded, or broken beyond resuming. */
    @Extension
    public static final class LostBuilds extends PeriodicWork {

        @Override
        public long getRecurrencePeriod() {
            return TimeUnit.SECONDS.toMillis(15);
        }

        @Override
        protected void doRun() {
            RolloutManager.get().lookForLostBuilds();
        }
    }
}
