package io.jenkins.plugins.canary.dashboard;

import hudson.Extension;
import hudson.model.Api;
import hudson.model.RootAction;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.util.Comparator;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** {@code canary-rollouts/}: every open rollout of the controller that the reader may see. */
@Extension
@ExportedBean
public final class RolloutsDashboard implements RootAction {

    /** Shown at most; who has more wants the metrics. */
    static final int SHOWN = 500;

    @Exported(name = "rollouts", visibility = 2)
    public List<OpenRow> getRows() {
        return RolloutManager.get().open().stream()
                .map(OpenRow::of)
                .filter(OpenRow::visible)
                .sorted(Comparator.comparing(OpenRow::getOwner).thenComparing(OpenRow::getName))
                .limit(SHOWN)
                .toList();
    }

    /** For Prometheus, at {@code canary-rollouts/metrics}: takes Canary/View on the controller. */
    public HttpResponse doMetrics() {
        Jenkins.get().checkPermission(CanaryPermissions.VIEW);
        return new MetricsPage();
    }

    /** {@code canary-rollouts/cost}: what releasing costs, by the rollouts that the reader may see. */
    public HttpResponse doCost() {
        return HttpResponses.forwardToView(new CostPage(), "index");
    }

    public Api getApi() {
        return new Api(this);
    }

    /** Not in the way of people who have nothing to see here. */
    @Override
    public String getIconFileName() {
        return RolloutManager.get().open().stream().map(OpenRow::of).anyMatch(OpenRow::visible)
                ? "symbol-canary plugin-canary-release"
                : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.RolloutsDashboard_displayName();
    }

    @Override
    public String getUrlName() {
        return "canary-rollouts";
    }
}
