package io.jenkins.plugins.canary.dashboard;

import hudson.Extension;
import hudson.model.Api;
import hudson.model.RootAction;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.report.monitoring.ScrapeAnswer;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** {@code canary-rollouts/}: every open rollout of the controller that the reader may see. */
@Extension
@ExportedBean
public final class RolloutsDashboard implements RootAction {

    /** Shown at most; who has more filters. */
    static final int SHOWN = 1_000;

    /** Those that the request's filter lets through, the most urgent first. */
    @Exported(name = "rollouts", visibility = 2)
    public List<OpenRow> getRows() {
        return getLook().rows();
    }

    /** What is open now, as far as the reader may see it and has asked for it. */
    public DashboardLook getLook() {
        return new DashboardLook(visible(), Stapler.getCurrentRequest2());
    }

    private static List<OpenRow> visible() {
        return RolloutManager.get().open().stream().flatMap(OpenRow::visible).toList();
    }

    /** For Prometheus, at {@code canary-rollouts/metrics}: takes Canary/View on the controller. */
    public void doMetrics(StaplerRequest2 req, StaplerResponse2 rsp) throws IOException {
        Jenkins.get().checkPermission(CanaryPermissions.VIEW);
        List<MetricSnapshot> all = new ArrayList<>();
        RolloutManager.get().metrics().registry().scrape().forEach(all::add);
        openRollouts().forEach(all::add);
        ScrapeAnswer answer = ScrapeAnswer.of(new MetricSnapshots(all), req.getHeader("Accept"));
        rsp.setContentType(answer.contentType());
        rsp.setHeader("X-Content-Type-Options", "nosniff");
        rsp.setContentLength(answer.text().length);
        rsp.getOutputStream().write(answer.text());
    }

    /** What the controller's open rollouts are at, read at the scrape. */
    private static MetricSnapshots openRollouts() {
        RolloutGauges gauges = new RolloutGauges();
        for (LiveRollout rollout : RolloutManager.get().open()) {
            RolloutView view = rollout.view();
            if (view != null) {
                gauges.add(rollout.id(), rollout.name(), view);
            }
        }
        return gauges.read();
    }

    /** {@code canary-rollouts/cost}: what releasing costs, by the rollouts that the reader may see. */
    public CostPage getCost() {
        return new CostPage();
    }

    /** {@code canary-rollouts/check}: checks a plan that is typed there. */
    public CheckPlanPage getCheck() {
        return CheckPlanPage.empty();
    }

    public Api getApi() {
        return new Api(this);
    }

    /** Not in the way of people who have nothing to see here. */
    @Override
    public String getIconFileName() {
        return RolloutManager.get().open().stream()
                        .anyMatch(r -> OpenRow.visible(r).findAny().isPresent())
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
