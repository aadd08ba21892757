package io.jenkins.plugins.canary.engine;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The machine's clock and a fixed number of daemon threads, however many rollouts there are. Time follows the monotonic
 * clock, so that a clock that is adjusted a little does not move a hold, as long as that is near the wall clock; after a
 * pause of the machine, or a clock set by more, it follows the wall clock again, since metrics servers live by that.
 */
public final class LiveRuntimeServices implements RuntimeServices, AutoCloseable {

    /** The machine's clock, for commands and forms that run nothing; what they open takes it as a parameter. */
    public static final InstantSource CLOCK = InstantSource.system();

    private static final int DECISION_THREADS = 4;
    private static final int ROUTER_THREADS = 12;

    private static final long FAR_MILLIS = 5_000;
    private static final long RETRY_MILLIS = 100;
    private static final Logger LOGGER = Logger.getLogger(LiveRuntimeServices.class.getName());

    private final AtomicLong epochAtStart = new AtomicLong(System.currentTimeMillis());
    private final long nanosAtStart = System.nanoTime();
    private final ScheduledExecutorService timer;
    private final ThreadPoolExecutor decisions;
    private final ThreadPoolExecutor routerCalls;

    public LiveRuntimeServices() {
        ScheduledThreadPoolExecutor scheduled = DaemonThreads.timer("canary-timer");
        scheduled.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        timer = scheduled;
        decisions = pool(DECISION_THREADS, "canary-decisions");
        routerCalls = pool(ROUTER_THREADS, "canary-router");
    }

    private static ThreadPoolExecutor pool(int threads, String name) {
        return DaemonThreads.pool(threads, new LinkedBlockingQueue<>(), name, new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public long now() {
        long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanosAtStart);
        long wall = System.currentTimeMillis();
        return passed
                + epochAtStart.updateAndGet(
                        epoch -> Math.abs(wall - passed - epoch) > FAR_MILLIS ? wall - passed : epoch);
    }

    @Override
    public void at(long millis, Runnable task) {
        timer.schedule(() -> hand(task), Math.max(0, millis - now()), TimeUnit.MILLISECONDS);
    }

    /** A task that no thread could be found for is tried again: whoever waits for its timer would wait for ever. */
    private void hand(Runnable task) {
        try {
            decisions.execute(guarded(task));
        } catch (Throwable noThread) {
            timer.schedule(() -> hand(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void every(long millis, Runnable task) {
        timer.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** What a task throws must end neither its thread nor, where it is repeated, its repetition. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable fault) {
                LOGGER.log(Level.SEVERE, "A task failed", fault);
            }
        };
    }

    @Override
    public Executor decisions() {
        return task -> decisions.execute(guarded(task));
    }

    @Override
    public Executor routerCalls() {
        return task -> routerCalls.execute(guarded(task));
    }

    @Override
    public double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /** Stops the threads; tasks not begun are dropped, and so is what a task under way still asks for. */
    @Override
    public void close() {
        timer.shutdownNow();
        decisions.shutdown();
        routerCalls.shutdown();
    }
}
