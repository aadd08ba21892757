package io.jenkins.plugins.canary.rollouts;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.util.Comparator;
import java.util.Date;

/** One rollout in a table of a page, in words. */
public final class RolloutRow {

    /** Those that need a person, then those that do badly, then as they began. */
    static final Comparator<RolloutRow> MOST_URGENT_FIRST = Comparator.comparing(RolloutRow::needsPerson)
            .thenComparing(row -> row.health() == Health.BAD)
            .reversed();

    private final Run<?, ?> build;
    private final RolloutRecord record;
    /** Null when the rollout has ended, or is not under way. */
    private final RolloutView view;

    public RolloutRow(Run<?, ?> build, RolloutRecord record) {
        this.build = build;
        this.record = record;
        this.view = record.isEnded()
                ? null
                : RolloutManager.get()
                        .find(build, record.getId())
                        .map(LiveRollout::view)
                        .orElse(null);
    }

    public Run<?, ?> getBuild() {
        return build;
    }

    public String getName() {
        return record.getName();
    }

    /** Empty when the rollout was started without one. */
    public String getVersion() {
        return Util.fixNull(record.getVersion());
    }

    /** Relative to Jenkins' root. */
    public String getUrl() {
        return build.getUrl() + "canary/" + record.getId() + "/";
    }

    public String getStatus() {
        return StatusWords.of(record.getStatus());
    }

    /** The icon that Jenkins shows for builds that do as well. */
    public String getIcon() {
        return StatusWords.icon(health(), !record.isEnded());
    }

    /** The class of Jenkins' that gives the plugin's symbol the colour of how the rollout does; may be empty. */
    public String getColour() {
        return StatusWords.colour(health());
    }

    /** Whether a phase waits for approval, and the reader may give some; the gate page knows whether for this phase. */
    public boolean isDecidable() {
        return Status.AWAITING_APPROVAL.name().equals(record.getStatus())
                && build.hasPermission(CanaryPermissions.APPROVE);
    }

    private boolean needsPerson() {
        return view != null && view.needsPerson();
    }

    private Health health() {
        return view == null
                ? StatusWords.health(record.outcome())
                : view.headline().health();
    }

    public String getPhase() {
        return Util.fixNull(record.getPhase());
    }

    public String getWeight() {
        return Weight.ofPercent(record.getWeight()).toString();
    }

    /** Why it ended as it did, or what is to be known of it while it is open. */
    public String getReason() {
        return Util.fixNull(StatusWords.translated(
                view == null ? record.getReason() : view.headline().reason()));
    }

    public String getBy() {
        return StartRequest.by(build);
    }

    /** So far, while the rollout is open; empty before its first event. */
    public String getDuration() {
        if (record.getStartedAt() == 0) {
            return "";
        }
        long end = record.isEnded() ? record.getEndedAt() : RolloutManager.get().now();
        return Util.getTimeSpanString(Math.max(0, end - record.getStartedAt()));
    }

    public Date getStartedDate() {
        return new Date(record.getStartedAt());
    }

    /** Milliseconds since the epoch; 0 before the first event. */
    public long getStartedAt() {
        return record.getStartedAt();
    }
}
