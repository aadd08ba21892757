package io.jenkins.plugins.canary.rollouts;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.Date;

/** One rollout in a table of a page, in words. */
public final class RolloutRow {

    private final Run<?, ?> build;
    private final RolloutRecord record;

    public RolloutRow(Run<?, ?> build, RolloutRecord record) {
        this.build = build;
        this.record = record;
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

    /** The icon that Jenkins shows for builds that did as well. */
    public String getIcon() {
        return StatusWords.icon(record.getStatus());
    }

    public String getPhase() {
        return Util.fixNull(record.getPhase());
    }

    public String getWeight() {
        return Weight.ofPercent(record.getWeight()).toString();
    }

    /** Empty while the rollout is open. */
    public String getReason() {
        return Util.fixNull(record.getReason());
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
