package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.StopTimes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a history keeps of a rollout that has ended, or is promoted and watched.
 *
 * @param version null when it was started without one
 */
public record PastRollout(String name, String version, Outcome outcome, Times times) {

    /**
     * Points are milliseconds since the epoch.
     *
     * @param committedAt the first commit since the version before; 0 when unknown
     * @param endedAt when the version was promoted, although it may still be watched; else when the rollout ended
     * @param detectMillis see {@link StopTimes}; -1 when unknown
     * @param restoreMillis see {@link StopTimes}; -1 when unknown
     */
    public record Times(long committedAt, long startedAt, long endedAt, long detectMillis, long restoreMillis) {}

    /**
     * @return empty when the rollout is still open, never began, or was abandoned: it tells nothing of the release
     * @throws JournalException when the journal cannot be read or is damaged
     */
    public static Optional<PastRollout> read(Path journal) throws JournalException {
        StopTimes stop = new StopTimes();
        RolloutEvent.Started[] started = {null};
        RolloutEvent.Ended[] ended = {null};
        long[] promotedAt = {0};
        FileJournal.read(journal, event -> {
            stop.follow(event);
            if (event instanceof RolloutEvent.Started e) {
                started[0] = e;
            } else if (event instanceof RolloutEvent.WatchStarted e) {
                promotedAt[0] = e.at();
            } else if (event instanceof RolloutEvent.Ended e) {
                ended[0] = e;
            }
        });
        if (started[0] == null || ended[0] == null || stop.abandoned()) {
            return Optional.empty();
        }
        boolean watched = ended[0].outcome() == Outcome.PROMOTED && promotedAt[0] != 0;
        Times times = new Times(
                started[0].committedAt() == null ? 0 : started[0].committedAt(),
                started[0].at(),
                watched ? promotedAt[0] : ended[0].at(),
                stop.detectMillis(),
                stop.restoreMillis());
        return Optional.of(new PastRollout(started[0].name(), started[0].version(), ended[0].outcome(), times));
    }
}
