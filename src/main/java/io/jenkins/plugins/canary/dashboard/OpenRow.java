package io.jenkins.plugins.canary.dashboard;

import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.Headline;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.StatusWords;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One open rollout on the dashboard, at the moment of the look. */
@ExportedBean(defaultVisibility = 3)
public final class OpenRow {

    /** Those that need a person, then those that do badly, then the oldest. */
    static final Comparator<OpenRow> MOST_URGENT_FIRST = Comparator.comparing(OpenRow::isNeedsPerson)
            .thenComparing(row -> row.health == Health.BAD)
            .reversed()
            .thenComparing(OpenRow::getStartedAt)
            .thenComparing(OpenRow::getOwner)
            .thenComparing(OpenRow::getName);

    private final LiveRollout rollout;
    private final Run<?, ?> build;
    private final RolloutState state;
    private final CanaryPlan plan;
    private final Headline headline;
    private final Health health;
    private final boolean needsPerson;

    private OpenRow(LiveRollout rollout, Run<?, ?> build) {
        this.rollout = rollout;
        this.build = build;
        RolloutView view = rollout.view();
        this.state = rollout.state();
        this.plan = rollout.plan();
        this.headline = view == null ? null : view.headline();
        // One that cannot be taken up again is watched by nobody.
        boolean stuck = headline == null && rollout.problem() != null;
        this.health = headline != null ? headline.health() : stuck ? Health.BAD : Health.BUSY;
        this.needsPerson = view == null ? stuck : view.needsPerson();
    }

    /**
     * Nothing when the reader may not see it. A rollout whose build is gone belongs to no item any more: administrators see to
     * it.
     */
    static Stream<OpenRow> visible(LiveRollout rollout) {
        Run<?, ?> build;
        // People with Canary/View and without Job/Read would not find it.
        try (ACLContext everything = ACL.as2(ACL.SYSTEM2)) {
            build = rollout.build();
        }
        boolean visible = build == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : build.hasPermission(CanaryPermissions.VIEW);
        return visible ? Stream.of(new OpenRow(rollout, build)) : Stream.empty();
    }

    /** Whether one of the row's words contains the text, in any case. */
    boolean says(String text) {
        String all = String.join(
                "\n", getName(), getOwner(), Util.fixNull(getVersion()), Util.fixNull(getPhase()), getHeadlineWords());
        return all.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    /** Full name of the folder of the build's job; empty for jobs in none. */
    String folder() {
        String job = rollout.job();
        return job.substring(0, Math.max(0, job.lastIndexOf('/')));
    }

    Health health() {
        return health;
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
        if (state != null) {
            return StatusWords.of(getStatus());
        }
        return health == Health.BAD ? Messages.OpenRow_stuck() : Messages.OpenRow_resuming();
    }

    /** How it does: the name of a {@link Health}. */
    @Exported(name = "health")
    public String getHealthName() {
        return health.name();
    }

    /** Whether it goes on only after a person has done something. */
    @Exported
    public boolean isNeedsPerson() {
        return needsPerson;
    }

    public String getIcon() {
        return StatusWords.icon(health, true);
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

    /** Milliseconds since the epoch; 0 before the first event and while it is not under way. */
    @Exported
    public long getStartedAt() {
        return state == null || state.started() == null ? 0 : state.started().at();
    }

    /** For how long it has been open; empty while that is not known. */
    public String getAge() {
        long since = getStartedAt();
        return since == 0
                ? ""
                : Util.getTimeSpanString(Math.max(0, RolloutManager.get().now() - since));
    }

    /** What it does and why, in one line, in English. */
    @Exported
    public String getHeadline() {
        return headline == null ? rollout.headline() : headline.line();
    }

    /** The same in the reader's language. */
    public String getHeadlineWords() {
        return StatusWords.translated(getHeadline());
    }
}
