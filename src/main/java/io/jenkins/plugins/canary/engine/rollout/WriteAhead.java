package io.jenkins.plugins.canary.engine.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * What of a rollout may count as having happened: what is in the journal, and when that cannot be written, the three things
 * that go ahead regardless and are written as soon as that is possible: what was seen, since abort rules look back on it, a
 * window that closed, and a roll back. Not safe for use by several threads.
 */
final class WriteAhead {

    private static final Logger LOGGER = Logger.getLogger(WriteAhead.class.getName());
    private static final int MOST_UNWRITTEN = 2_000;

    private final Journal journal;
    private final List<RolloutEvent> unwritten = new ArrayList<>();
    private String error;

    WriteAhead(Journal journal) {
        this.journal = journal;
    }

    /** Why the journal could not be written at the last try; null when it could. */
    String error() {
        return error;
    }

    /** The hash of the last line that was written; null where there is none. */
    String head() {
        return journal.head();
    }

    /** @return what happened of the events: all of them when they are on disk */
    List<RolloutEvent> append(List<RolloutEvent> events) {
        List<RolloutEvent> all = new ArrayList<>(unwritten);
        all.addAll(events);
        if (write(all)) {
            return events;
        }
        List<RolloutEvent> happened = regardless(events);
        keep(happened);
        return happened;
    }

    /** @return whether what happened is on disk, all of it */
    boolean flush() {
        return write(unwritten);
    }

    private boolean write(List<RolloutEvent> events) {
        try {
            journal.append(events);
            unwritten.clear();
            error = null;
            return true;
        } catch (JournalException e) {
            error = e.getMessage();
            return false;
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.SEVERE, "The journal could not be written", e);
            error = "the journal could not be written: " + e;
            return false;
        }
    }

    private List<RolloutEvent> regardless(List<RolloutEvent> events) {
        boolean rolling = Stream.concat(unwritten.stream(), events.stream())
                .anyMatch(e -> e instanceof RolloutEvent.RollbackIntended);
        return rolling
                ? events
                : events.stream()
                        .filter(e -> e instanceof RolloutEvent.Ticked || e instanceof RolloutEvent.WindowClosed)
                        .toList();
    }

    /** Of a disk that stays full for hours the oldest ticks are given up; nothing else is. */
    private void keep(List<RolloutEvent> happened) {
        unwritten.addAll(happened);
        for (int i = 0; unwritten.size() > MOST_UNWRITTEN && i < unwritten.size(); ) {
            if (unwritten.get(i) instanceof RolloutEvent.Ticked) {
                unwritten.remove(i);
            } else {
                i++;
            }
        }
    }
}
