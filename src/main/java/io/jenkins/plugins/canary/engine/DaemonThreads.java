package io.jenkins.plugins.canary.engine;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of the process: daemons with names, and none that has nothing to do. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Daemon threads, of which none is kept that has nothing to do; what is too much for them is up to the handler. */
    public static ThreadPoolExecutor pool(
            int threads, BlockingQueue<Runnable> waiting, String name, RejectedExecutionHandler tooMuch) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, waiting, named(name), tooMuch);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One daemon thread that forgets what is cancelled. */
    public static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(name));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Daemon threads with numbers behind their name. */
    public static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
