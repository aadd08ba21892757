package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which answers are worked on, all of them bounded and none of them the virtual machine's. Each fetcher has a
 * slots that uses a few of them at a time: what computes for long over one answer holds up its own slots. What waits is bounded
 * by the number of requests that are let in. Safe for several threads.
 */
final class HttpThreads {

    static final int THREADS = 8;
    static final int LANE_THREADS = 2;

    static final int MOST_UNDER_WAY = 4_096;
    static final int MOST_UNDER_WAY_IN_LANE = 512;

    /** Runs nothing that takes time: it ends exchanges whose time is over. */
    static final ScheduledThreadPoolExecutor TIMER = DaemonThreads.timer("canary-http-timer");

    private static final int LOOKUP_THREADS = 32;
    /** Looking a name up blocks, and how long is for its owner to say. */
    static final Executor LOOKUPS = pool(LOOKUP_THREADS, MOST_UNDER_WAY, "canary-dns");

    /** Finding out who signs in may block: a token is asked for, a file is read. */
    static final Executor SIGNERS = pool(THREADS, MOST_UNDER_WAY, "canary-sign-in");

    private final ThreadPoolExecutor pool = pool(THREADS, MOST_UNDER_WAY, "canary-http");
    private final AtomicInteger underWay = new AtomicInteger();

    private static ThreadPoolExecutor pool(int threads, int waiting, String name) {
        return DaemonThreads.pool(
                threads, new LinkedBlockingQueue<>(waiting), name, new ThreadPoolExecutor.AbortPolicy());
    }

    Slots slots() {
        return new Slots();
    }

    final class Slots {

        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private int admitted;
        private int running;

        /** Whether one more request may be sent; each that may is followed by one {@link #finish}. */
        boolean admit() {
            synchronized (this) {
                if (admitted == MOST_UNDER_WAY_IN_LANE) {
                    return false;
                }
                admitted++;
            }
            if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
                release();
                return false;
            }
            return true;
        }

        /** Does what is to be done with an answer, and then lets the next request in. Never blocks, never refuses. */
        void finish(Runnable work) {
            synchronized (this) {
                if (running == LANE_THREADS) {
                    waiting.add(work);
                    return;
                }
                running++;
            }
            submit(work);
        }

        private void submit(Runnable work) {
            // No slots has more than its threads in the queue, and no more work than was let in: it always fits.
            pool.execute(() -> {
                try {
                    work.run();
                } finally {
                    release();
                    next();
                }
            });
        }

        private void next() {
            Runnable work;
            synchronized (this) {
                work = waiting.poll();
                if (work == null) {
                    running--;
                    return;
                }
            }
            // To the end of the queue: other slots come first.
            submit(work);
        }

        private void release() {
            synchronized (this) {
                admitted--;
            }
            underWay.decrementAndGet();
        }
    }
}
