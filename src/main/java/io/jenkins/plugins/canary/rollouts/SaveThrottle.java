package io.jenkins.plugins.canary.rollouts;

import hudson.model.Run;
import hudson.model.Saveable;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Saves builds at most once a minute each, however many rollouts they have and whatever happens to them: a record is written
 * as a whole and flushed to the disk, and the journals have what it tells. What waits is held until it is saved. Safe for
 * any thread; saves on the caller's, or on that of the timer.
 */
final class SaveThrottle {

    private static final Logger LOGGER = Logger.getLogger(SaveThrottle.class.getName());
    private static final long PAUSE_MILLIS = 60_000;

    private final LongSupplier clock;
    private final Timer timer;
    private final Map<Saveable, Pause> pauses = new IdentityHashMap<>();
    private boolean closed;

    /** Until when something is not saved again, and whether there is something to save then. */
    private static final class Pause {
        private long until;
        private boolean due;
    }

    /** Runs a task in so many milliseconds, on a thread that may block. */
    @FunctionalInterface
    interface Timer {
        void in(long millis, Runnable task);
    }

    /** @param clock milliseconds */
    SaveThrottle(LongSupplier clock, Timer timer) {
        this.clock = clock;
        this.timer = timer;
    }

    /** Saves it now, or a minute after it was saved before. */
    void soon(Saveable changed) {
        synchronized (this) {
            Pause pause = pauses.get(changed);
            if (pause != null) {
                pause.due = true;
                return;
            }
            pause(changed);
        }
        save(changed);
    }

    /** Saves it now, whenever that was done before. */
    void now(Saveable changed) {
        synchronized (this) {
            pause(changed);
        }
        save(changed);
    }

    private void pause(Saveable saved) {
        if (closed) {
            return;
        }
        Pause pause = pauses.get(saved);
        if (pause == null) {
            pause = new Pause();
            pauses.put(saved, pause);
            timer.in(PAUSE_MILLIS, () -> wake(saved));
        }
        pause.until = clock.getAsLong() + PAUSE_MILLIS;
        pause.due = false;
    }

    private void wake(Saveable rested) {
        synchronized (this) {
            Pause pause = pauses.get(rested);
            if (pause == null) {
                return;
            }
            long left = pause.until - clock.getAsLong();
            if (left > 0) {
                timer.in(left, () -> wake(rested));
                return;
            }
            pauses.remove(rested);
            if (!pause.due) {
                return;
            }
            pause(rested);
        }
        save(rested);
    }

    /** Saves what waits; from now on nothing waits any more. */
    void close() {
        List<Saveable> due;
        synchronized (this) {
            closed = true;
            due = pauses.entrySet().stream()
                    .filter(e -> e.getValue().due)
                    .map(Map.Entry::getKey)
                    .toList();
            pauses.clear();
        }
        due.forEach(SaveThrottle::write);
    }

    /** How many are not saved at once when they change. */
    synchronized int resting() {
        return pauses.size();
    }

    private void save(Saveable changed) {
        write(changed);
        synchronized (this) {
            Pause pause = pauses.get(changed);
            if (pause != null) {
                // A minute between two writes, however long one takes.
                pause.until = clock.getAsLong() + PAUSE_MILLIS;
            }
        }
    }

    private static void write(Saveable changed) {
        if (changed instanceof Run<?, ?> build && !build.getRootDir().isDirectory()) {
            // Deleted meanwhile: saved, it would be there again.
            return;
        }
        try {
            changed.save();
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    "The state of a canary rollout is not in the build record of " + changed + "; its journal has it",
                    e);
        }
    }
}
