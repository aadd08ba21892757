package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the cluster before the first request goes to a canary, fixes what can be fixed for the time of the rollout,
 * and puts it back. Every call blocks on the cluster; keeps nothing but what it was made with.
 */
public record Preflight(
        PreflightSettings wanted, RolloutSchedule schedule, ClusterSettings settings, RouterContext context) {

    /**
     * Empty when the router is in no cluster, or no check is wanted.
     *
     * @param schedule what the plan asks for
     */
    public static Optional<Preflight> of(
            PreflightSettings wanted, RolloutSchedule schedule, RouterSettings traffic, RouterContext context) {
        return traffic instanceof ClusterSettings settings && !wanted.checks().isEmpty()
                ? Optional.of(new Preflight(wanted, schedule, settings, context))
                : Optional.empty();
    }

    /**
     * Makes every check that the plan wants, and changes nothing.
     *
     * @throws RouterException when the cluster cannot be asked at all
     */
    public List<PreflightFinding> look() throws RouterException {
        return findings(PreflightCheck::look);
    }

    /** Fixes, when the plan says so. What cannot be fixed is a warning. */
    public List<PreflightFinding> applyFixes() throws RouterException {
        return wanted.fix() ? findings(PreflightCheck::applyFixes) : List.of();
    }

    /**
     * Puts back what was fixed for this rollout, by this process or another one.
     *
     * @throws RouterException when something could not be put back
     */
    public void restore() throws RouterException {
        if (wanted.fix()) {
            eachCheck((check, context) -> check.restore(context));
        }
    }

    @FunctionalInterface
    private interface Finding {
        void by(PreflightCheck check, ClusterContext context, Findings found) throws RouterException;
    }

    private List<PreflightFinding> findings(Finding finding) throws RouterException {
        List<PreflightFinding> all = new ArrayList<>();
        eachCheck((check, in) -> {
            Findings found = new Findings(check.name(), all);
            try {
                finding.by(check, in, found);
            } catch (RouterException e) {
                found.warning(
                        "this check",
                        "could not be made: " + e.getMessage(),
                        "what it would have found is not known",
                        "fix that, or leave the check out with preflight: { checks: [...] }");
            }
        });
        return all;
    }

    @FunctionalInterface
    private interface Work {
        void at(PreflightCheck check, ClusterContext context) throws RouterException;
    }

    private void eachCheck(Work work) throws RouterException {
        try (Cluster cluster = settings.home().open(context)) {
            String namespace = settings.home().namespace(context.target(), cluster);
            cluster.requireNamespace(namespace);
            ClusterContext in = new ClusterContext(
                    cluster,
                    namespace,
                    settings.clusterContext(cluster, namespace, context.target()),
                    settings,
                    wanted,
                    context,
                    schedule,
                    context.clock().instant());
            for (PreflightCheck check : Checks.ALL) {
                if (wanted.checks().contains(check.name())) {
                    work.at(check, in);
                }
            }
        }
    }
}
