package io.jenkins.plugins.canary.dashboard;

import hudson.Extension;
import hudson.model.Api;
import hudson.model.RootAction;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.report.monitoring.DoraGauges;
import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.report.monitoring.ScrapeAnswer;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.EndedRollouts;
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

    /** DORA's figures of the jobs that the reader may see, in the folder that the request asks for; null where there are none. */
    @Exported(name = "dora", visibility = 2, skipNull = true)
    public DoraFigures getFigures() {
        String folder = DashboardLook.folder(Stapler.getCurrentRequest2());
        return DoraPage.of(job -> DashboardLook.isIn(folder, job.getParent().getFullName()));
    }

    /** For Prometheus, at {@code canary-rollouts/metrics}: takes Canary/View on the controller. */
    public void doMetrics(StaplerRequest2 req, StaplerResponse2 rsp) throws IOException {
        Jenkins.get().checkPermission(CanaryPermissions.VIEW);
        List<MetricSnapshot> all = new ArrayList<>();
        RolloutManager.get().metrics().registry().scrape().forEach(all::add);
        openRollouts().forEach(all::add);
        endedRollouts().forEach(all::add);
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

    private static MetricSnapshots endedRollouts() {
        List<EndedRollouts.OfJob> known = RolloutManager.get().ended().known();
        return known == null
                ? new MetricSnapshots()
                : DoraGauges.of(
                        known.stream().flatMap(of -> of.rollouts().stream()).toList(),
                        RolloutManager.get().now());
    }

    /** {@code canary-rollouts/dora}: delivery figures by the rollouts' names, and how they are counted. */
    public DoraPage getDora() {
        return new DoraPage();
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
