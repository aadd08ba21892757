package io.jenkins.plugins.canary.dashboard;

import hudson.Extension;
import hudson.model.Api;
import hudson.model.Item;
import hudson.model.RootAction;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.monitoring.RolloutGauges;
import io.jenkins.plugins.canary.engine.report.monitoring.ScrapeAnswer;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.StatusWords;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
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

    /** One open rollout on the dashboard, at the moment of the look. */
    @ExportedBean(defaultVisibility = 3)
    public static final class OpenRow {

        private final LiveRollout rollout;
        private final Run<?, ?> build;
        private final RolloutState state;
        private final CanaryPlan plan;

        private OpenRow(LiveRollout rollout) {
            this.rollout = rollout;
            // People with Canary/View and without Job/Read would not find it.
            try (ACLContext everything = ACL.as2(ACL.SYSTEM2)) {
                this.build = rollout.build();
            }
            this.state = rollout.state();
            this.plan = rollout.plan();
        }

        static OpenRow of(LiveRollout rollout) {
            return new OpenRow(rollout);
        }

        /** A rollout whose build is gone belongs to no item any more: administrators see to it. */
        boolean visible() {
            return build == null
                    ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                    : build.hasPermission(CanaryPermissions.VIEW);
        }

        @Exported
        public String getName() {
            return rollout.name();
        }

        /** The build, by its full name. */
        @Exported
        public String getOwner() {
            return build == null ? rollout.id() : build.getFullDisplayName();
        }

        /** Relative to Jenkins' root; null when the reader may not read the build. */
        @Exported
        public String getUrl() {
            return build == null || !build.hasPermission(Item.READ)
                    ? null
                    : build.getUrl() + "canary/" + rollout.id() + "/";
        }

        /** Null while the rollout is not under way. */
        @Exported
        public String getVersion() {
            return state == null || state.started() == null
                    ? null
                    : state.started().version();
        }

        /** The name of a {@link io.jenkins.plugins.canary.engine.rollout.Status}; null while it is not under way. */
        @Exported
        public String getStatus() {
            return state == null ? null : state.status(plan).name();
        }

        public String getStatusWords() {
            return state == null ? rollout.headline() : StatusWords.of(getStatus());
        }

        public String getIcon() {
            return state == null ? "symbol-status-nobuilt" : StatusWords.icon(getStatus());
        }

        /** Null before the first. */
        @Exported
        public String getPhase() {
            return state == null || state.phase() < 0
                    ? null
                    : state.current(plan).name();
        }

        /** Percent of the requests that the canary gets; null while that is not known. */
        @Exported
        public Double getWeight() {
            return state == null ? null : state.weight().percent();
        }

        public String getWeightWords() {
            return state == null ? "" : state.weight().toString();
        }

        /** What it does and why, in one line. */
        @Exported
        public String getHeadline() {
            return rollout.headline();
        }
    }
}
