package io.jenkins.plugins.canary.checks;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Does something about a key as soon as it is asked for, but no more often than an interval; what is asked for in between is
 * done once, at its end. Never does two things about one key at a time. Any thread.
 */
final class Throttle {

    /** Runs a task after a time, on a thread where it may block. */
    interface Scheduler {
        void after(Duration delay, Runnable task);
    }

    private static final class Key {
        private long lastAt;
        private boolean due;
        private boolean running;
        private BooleanSupplier next;
    }

    private final InstantSource clock;
    private final Duration interval;
    private final Scheduler scheduler;
    private final Map<String, Key> keys = new HashMap<>();

    Throttle(InstantSource clock, Duration interval, Scheduler scheduler) {
        this.clock = clock;
        this.interval = interval;
        this.scheduler = scheduler;
    }

    /** @param task looks at how things are when it runs; false when there is nothing more to do about the key */
    synchronized void request(String name, BooleanSupplier task) {
        Key key = keys.computeIfAbsent(name, none -> new Key());
        key.next = task;
        schedule(name, key);
    }

    private void schedule(String name, Key key) {
        if (key.due || key.running) {
            return;
        }
        key.due = true;
        long wait = key.lastAt == 0 ? 0 : key.lastAt + interval.toMillis() - clock.millis();
        scheduler.after(Duration.ofMillis(Math.max(0, wait)), () -> run(name, key));
    }

    private void run(String name, Key key) {
        BooleanSupplier task;
        synchronized (this) {
            task = key.next;
            key.next = null;
            key.due = false;
            key.running = true;
            key.lastAt = clock.millis();
        }
        boolean more = true;
        try {
            more = task.getAsBoolean();
        } finally {
            done(name, key, more);
        }
    }

    private synchronized void done(String name, Key key, boolean more) {
        key.running = false;
        if (key.next != null) {
            schedule(name, key);
        } else if (!more) {
            keys.remove(name);
        }
    }
}
