package io.jenkins.plugins.canary.dashboard;

import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.StatusWords;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One open rollout on the dashboard, at the moment of the look. */
@ExportedBean(defaultVisibility = 3)
public final class OpenRow {

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
        return state == null || state.started() == null ? null : state.started().version();
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
        return state == null || state.phase() < 0 ? null : state.current(plan).name();
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
