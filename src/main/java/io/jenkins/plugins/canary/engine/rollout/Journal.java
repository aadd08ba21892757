package io.jenkins.plugins.canary.engine.rollout;

import java.util.List;

/** Where a rollout's events are kept. One writer; called under the rollout's lock. */
public interface Journal extends AutoCloseable {

    /**
     * Appends in order, all or nothing as far as a reader after a crash can tell. When it returns, every event up to
     * and including the last {@link RolloutEvent#durable() durable} one is on disk.
     *
     * @throws JournalException when it cannot be written; the journal is as before
     */
    void append(List<RolloutEvent> events) throws JournalException;

    /** The number of events in it; 0 where nobody counts. */
    default long seq() {
        return 0;
    }

    /** The hash of the last line, which stands for the whole journal; null where there is none. */
    default String head() {
        return null;
    }

    @Override
    default void close() {}
}
