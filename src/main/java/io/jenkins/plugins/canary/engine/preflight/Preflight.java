package io.jenkins.plugins.canary.engine.preflight;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.traffic.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the cluster before the first request goes to a canary, mends what can be mended for the time of the rollout,
 * and puts it back. Every call blocks on the cluster; keeps nothing but what it was made with.
 */
public final class Preflight {

    private final CanaryPlan plan;
    private final ClusterSettings settings;
    private final RouterContext context;

    private Preflight(CanaryPlan plan, ClusterSettings settings, RouterContext context) {
        this.plan = plan;
        this.settings = settings;
        this.context = context;
    }

    /** Empty when the plan's router is in no cluster, or the plan wants no check. */
    public static Optional<Preflight> of(CanaryPlan plan, RouterContext context) {
        return plan.traffic() instanceof ClusterSettings settings && !plan.preflight().checks().isEmpty()
                ? Optional.of(new Preflight(plan, settings, context)) : Optional.empty();
    }

    /**
     * Makes every check that the plan wants, and changes nothing.
     *
     * @throws RouterException when the cluster cannot be asked at all
     */
    public List<Finding> look() throws RouterException {
        List<Finding> found = new ArrayList<>();
        at(site -> {
            for (PreflightCheck check : wanted()) {
                try {
                    found.addAll(check.look(site));
                } catch (RouterException e) {
                    found.add(unknown(check, e));
                }
            }
        });
        return found;
    }

    /** Mends, when the plan says so. What cannot be mended is a warning. */
    public List<Finding> mend() throws RouterException {
        List<Finding> mended = new ArrayList<>();
        if (!plan.preflight().fix()) {
            return mended;
        }
        at(site -> {
            for (PreflightCheck check : wanted()) {
                try {
                    if (check instanceof Mender mender) {
                        mended.addAll(mender.mend(site));
                    }
                } catch (RouterException e) {
                    mended.add(unknown(check, e));
                }
            }
        });
        return mended;
    }

    /**
     * Puts back what was mended for this rollout, by this process or another one.
     *
     * @throws RouterException when something could not be put back
     */
    public void restore() throws RouterException {
        if (!plan.preflight().fix()) {
            return;
        }
        at(site -> {
            for (PreflightCheck check : wanted()) {
                if (check instanceof Mender mender) {
                    mender.restore(site);
                }
            }
        });
    }

    private List<PreflightCheck> wanted() {
        return Checks.ALL.stream().filter(check -> plan.preflight().checks().contains(check.name())).toList();
    }

    private static Finding unknown(PreflightCheck check, RouterException e) {
        return Finding.warning(check.name(), "this check", "could not be made: " + e.getMessage(),
                "what it would have found is not known",
                "mend that, or leave the check out with preflight: { checks: [...] }");
    }

    @FunctionalInterface
    private interface Work {
        void at(Site site) throws RouterException;
    }

    private void at(Work work) throws RouterException {
        try (Cluster cluster = settings.home().open(context)) {
            String namespace = settings.home().namespace(plan.target(), cluster);
            work.at(new Site(cluster, namespace, settings.scene(cluster, namespace, plan.target()), settings.driver(),
                    settings.pods(), plan.preflight(), context.rollout(), context.owner(), lasts(), Instant.now()));
        }
    }

    private Duration lasts() {
        Duration all = plan.progressDeadline();
        for (Phase phase : plan.phases()) {
            all = all.plus(phase.deadline());
            if (phase.approval() != null && phase.approval().timeout() != null) {
                all = all.plus(phase.approval().timeout());
            }
        }
        return all;
    }
}
