package io.jenkins.plugins.canary.standalone.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for something to become true, and not for ever. */
final class Poll {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private Poll() {}

    static void until(String what, Callable<Boolean> holds) throws InterruptedException {
        until(what, holds, () -> "");
    }

    static void until(String what, Callable<Boolean> holds, Supplier<String> context) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!now(holds)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "waited for " + PATIENCE.toSeconds() + " s in vain until " + what + "; " + context.get());
            }
            Thread.sleep(20);
        }
    }

    private static boolean now(Callable<Boolean> holds) {
        try {
            return holds.call();
        } catch (Exception notYet) {
            return false;
        }
    }
}
