package io.jenkins.plugins.canary.engine.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for what happens on other threads or in other processes, and not for ever. */
public final class Poll {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private Poll() {}

    public static void until(String what, Callable<Boolean> holds) throws Exception {
        until(what, holds, PATIENCE, () -> "");
    }

    public static void until(String what, Callable<Boolean> holds, Duration patience) throws Exception {
        until(what, holds, patience, () -> "");
    }

    /** @param context what a failure adds to its message */
    public static void until(String what, Callable<Boolean> holds, Supplier<String> context) throws Exception {
        until(what, holds, PATIENCE, context);
    }

    private static void until(String what, Callable<Boolean> holds, Duration patience, Supplier<String> context)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "waited for " + patience.toSeconds() + " s in vain until " + what + "; " + context.get());
            }
            Thread.sleep(20);
        }
    }
}
