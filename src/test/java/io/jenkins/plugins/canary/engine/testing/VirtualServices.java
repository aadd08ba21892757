package io.jenkins.plugins.canary.engine.testing;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * Time that passes only when {@link #step} or {@link #advance} say so; tasks run on the caller's thread. The same seed gives
 * the same order. Any thread may read the time and add tasks.
 */
public final class VirtualServices implements RuntimeServices {

    private record Task(long at, long order, boolean world, Runnable work) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Random random;
    private long time = 1_700_000_000_000L;
    private long skew;
    private long order;
    private int latency;
    private int slow;
    private double lost;

    public VirtualServices(long seed) {
        random = new Random(seed);
    }

    /** Router calls and decisions begin up to this many milliseconds late. */
    public void latency(int millis) {
        latency = millis;
    }

    /** Router calls begin just so many milliseconds late. */
    public void slow(int millis) {
        slow = millis;
    }

    /** Each timer is lost with this probability, as if no thread or no memory had been there for it. */
    public void lose(double probability) {
        lost = probability;
    }

    /** The clock that the engine reads is set forward or back. */
    public synchronized void jump(long millis) {
        skew += millis;
    }

    /** Real virtual time, without jumps. */
    public synchronized long time() {
        return time;
    }

    /** A task that is not the engine's: it survives {@link #crash}. */
    public synchronized void world(long delay, Runnable work) {
        tasks.add(new Task(time + delay, order++, true, work));
    }

    /** The process dies: whatever it was about to do is gone. */
    public synchronized void crash() {
        tasks.removeIf(t -> !t.world);
    }

    /** Runs the next task; false when there is none. */
    public boolean step() {
        return step(Long.MAX_VALUE);
    }

    private boolean step(long until) {
        Task next;
        synchronized (this) {
            if (tasks.isEmpty() || tasks.peek().at > until) {
                return false;
            }
            next = tasks.poll();
            time = Math.max(time, next.at);
        }
        next.work.run();
        return true;
    }

    /** Runs everything that is due within a time. */
    public void advance(long millis) {
        long until = time() + millis;
        while (step(until)) {}
        synchronized (this) {
            time = until;
        }
    }

    @Override
    public synchronized long now() {
        return time + skew;
    }

    @Override
    public synchronized void at(long millis, Runnable task) {
        if (lost > 0 && random.nextDouble() < lost) {
            return;
        }
        tasks.add(new Task(Math.max(time, millis - skew), order++, false, task));
    }

    /** The timer thread's own; it is never lost. */
    @Override
    public synchronized void every(long millis, Runnable task) {
        tasks.add(new Task(time + millis, order++, false, () -> {
            every(millis, task);
            task.run();
        }));
    }

    private synchronized void next(Runnable task) {
        tasks.add(new Task(time, order++, false, task));
    }

    private synchronized void soon(Runnable task) {
        tasks.add(new Task(time + slow + (latency == 0 ? 0 : random.nextInt(latency)), order++, false, task));
    }

    @Override
    public Executor decisions() {
        return this::next;
    }

    @Override
    public Executor routerCalls() {
        return this::soon;
    }

    @Override
    public synchronized double random() {
        return random.nextDouble();
    }
}
