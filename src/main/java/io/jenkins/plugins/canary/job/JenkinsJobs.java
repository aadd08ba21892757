package io.jenkins.plugins.canary.job;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver.JobSettings;
import io.jenkins.plugins.canary.engine.traffic.own.JobLauncher;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;

/** The jobs of this controller, for the rollouts that it watches. */
public final class JenkinsJobs implements JobLauncher {

    @Override
    public TrafficRouter open(JobSettings settings, RouterContext context) throws RouterException {
        LiveRollout rollout = RolloutManager.get().open().stream()
                .filter(r -> r.id().equals(context.rollout()))
                .findFirst()
                .orElseThrow(() -> new RouterException("no rollout " + context.rollout()
                        + " is open here: whose rights the job " + settings.job() + " is started with is not known"));
        JobRouter router = new JobRouter(settings, context, new RolloutRights(rollout::job, rollout::build));
        router.requireUsable();
        return router;
    }
}
