package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.Configuration;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Claimant;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Taking;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A person at the router. Acts for the rollout that was at it last, so that what that one began can be undone, and
 * claims the target under a name of their own.
 */
record ManualTraffic(CanaryPlan plan, String user, boolean takeOver) {

    String owner() {
        return "canary traffic by " + user;
    }

    /** What a rollout left at the target; null when there is nothing, or nothing that could hold it. */
    TargetRecord record() throws Failure {
        if (!(plan.traffic() instanceof ClusterSettings settings)) {
            return null;
        }
        RouterContext context = context("", "", () -> 0);
        try (Cluster cluster = settings.home().open(context)) {
            String namespace = settings.home().namespace(plan.target(), cluster);
            return new TargetClaim(
                            cluster,
                            settings.clusterContext(cluster, namespace, plan.target())
                                    .target(),
                            context)
                    .record()
                    .orElse(null);
        } catch (RouterException e) {
            throw new Failure(Exit.INFRASTRUCTURE, "traffic." + plan.traffic().driver() + ": " + e.getMessage());
        }
    }

    TrafficRouter open(ManualTrafficJournal journal) throws RouterException {
        return plan.traffic().open(context(journal.rollout(), journal.version(), journal::seq));
    }

    /** What the rollout's preflight pinned, when the rollout ends here. */
    void restore(ManualTrafficJournal journal) throws RouterException {
        Optional<Preflight> preflight = Preflight.of(
                plan.environment().preflight(),
                plan.longest(),
                plan.traffic(),
                context(journal.rollout(), journal.version(), journal::seq));
        if (preflight.isPresent()) {
            preflight.get().restore();
        }
    }

    /** What is no longer as it was when the rollout began that ends here. */
    List<String> settle(ManualTrafficJournal journal) throws RouterException {
        Optional<Configuration> configuration =
                Configuration.of(plan.traffic(), context(journal.rollout(), journal.version(), journal::seq));
        return configuration.isEmpty() ? List.of() : configuration.get().settle();
    }

    private RouterContext context(String rollout, String version, LongSupplier sequence) {
        return RouterContext.of(rollout, plan.target(), version, owner(), new LocalSecrets(), LiveRuntimeServices.CLOCK)
                .claimedBy(new Claimant(
                        rollout + " by hand, by " + user, takeOver ? Taking.EVEN_SO : Taking.ANEW, sequence));
    }
}
