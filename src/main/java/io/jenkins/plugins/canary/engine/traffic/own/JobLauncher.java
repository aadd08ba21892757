package io.jenkins.plugins.canary.engine.traffic.own;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver.JobSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.Optional;
import java.util.ServiceLoader;

/** Starts the jobs that move traffic. The engine has none: Jenkins registers a service, the command line does not. */
public interface JobLauncher {

    /** @throws RouterException when there is no such job, or the rollout's job may not start it */
    TrafficRouter open(JobSettings settings, RouterContext context) throws RouterException;

    static Optional<JobLauncher> available() {
        return ServiceLoader.load(JobLauncher.class, JobLauncher.class.getClassLoader())
                .findFirst();
    }
}
