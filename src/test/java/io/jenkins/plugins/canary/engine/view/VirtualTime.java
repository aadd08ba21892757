package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** Time that passes when a test says so; tasks run on the thread that lets it pass. */
final class VirtualTime implements RuntimeServices {

    static final long START = 1_770_000_000_000L;

    private record Task(long at, long order, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now = START;
    private long order;

    @Override
    public synchronized long now() {
        return now;
    }

    @Override
    public synchronized void at(long millis, Runnable task) {
        tasks.add(new Task(Math.max(now, millis), order++, task));
    }

    @Override
    public Executor decisions() {
        return task -> at(0, task);
    }

    @Override
    public Executor routerCalls() {
        return task -> at(0, task);
    }

    @Override
    public double random() {
        return 0.5;
    }

    void pass(long millis) {
        long until = now() + millis;
        for (Task next = due(until); next != null; next = due(until)) {
            next.run().run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized Task due(long until) {
        if (tasks.isEmpty() || tasks.peek().at() > until) {
            return null;
        }
        Task next = tasks.poll();
        now = Math.max(now, next.at());
        return next;
    }
}
