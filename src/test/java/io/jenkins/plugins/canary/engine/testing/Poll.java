package io.jenkins.plugins.canary.engine.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Waits for what happens on other threads or in other processes, and not for ever. A condition that throws does not hold
 * yet.
 */
public final class Poll {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private Poll() {}

    public static void until(String what, Callable<Boolean> holds) throws InterruptedException {
        until(what, holds, PATIENCE, () -> "");
    }

    public static void until(String what, Callable<Boolean> holds, Duration patience) throws InterruptedException {
        until(what, holds, patience, () -> "");
    }

    /** @param context what a failure adds to its message */
    public static void until(String what, Callable<Boolean> holds, Supplier<String> context)
            throws InterruptedException {
        until(what, holds, PATIENCE, context);
    }

    private static void until(String what, Callable<Boolean> holds, Duration patience, Supplier<String> context)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Object last = false;
        while (!Boolean.TRUE.equals(last)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited for " + patience.toSeconds() + " s in vain until " + what + " (last: "
                        + last + "); " + context.get());
            }
            try {
                last = holds.call();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception notYet) {
                last = notYet;
            }
            if (!Boolean.TRUE.equals(last)) {
                Thread.sleep(20);
            }
        }
    }
}
