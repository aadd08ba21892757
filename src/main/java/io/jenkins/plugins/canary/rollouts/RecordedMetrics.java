package io.jenkins.plugins.canary.rollouts;

import hudson.model.Run;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.config.PlanCheck;
import io.jenkins.plugins.canary.config.PlanConnections;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a build may look back at: the metrics that its plan's server recorded, with the addresses and the credentials that a
 * rollout of this build could use and no others, and the journals of its own job's earlier rollouts.
 */
public final class RecordedMetrics {

    private static final MetricSources SOURCES = new MetricSources();

    private final Run<?, ?> build;

    public RecordedMetrics(Run<?, ?> build) {
        this.build = build;
    }

    /**
     * Opens the plan's Prometheus server. Nothing is sent yet.
     *
     * @throws MetricException for people, also when the plan names an address that is not allowed here
     */
    public RangeReader metrics(CanaryPlan plan, String version) throws MetricException {
        Optional<String> problem = PlanCheck.configured().problem(plan, version);
        if (problem.isPresent()) {
            throw new MetricException(problem.get());
        }
        String job = build.getParent().getFullName();
        return SOURCES.openPast(
                plan.metrics(),
                new SourceContext(
                        plan.target(),
                        version,
                        new JenkinsSecrets(build, job),
                        new Configured(job)::prometheus,
                        PlanConnections.POLICY));
    }

    /** Where what was read is kept until the backtest is done, so that it goes on there after a restart. */
    public Path parts() {
        return build.getRootDir().toPath().resolve("canary").resolve("backtest");
    }

    /** Journals of the job's newest ended rollouts before this build, the newest first. */
    public List<Path> journals(int most) {
        return Stream.<Run<?, ?>>iterate(build.getPreviousBuild(), b -> b != null, Run::getPreviousBuild)
                .limit(JobRollouts.BUILDS)
                .flatMap(b -> RolloutsAction.rolloutsOf(b).stream()
                        .filter(RolloutRecord::isEnded)
                        .map(r -> RolloutsAction.journal(b, r.getId())))
                .filter(Files::isRegularFile)
                .limit(most)
                .toList();
    }
}
