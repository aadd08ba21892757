package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.Answer;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Watches over one rollout from the terminal until it has ended. When the command is stopped with the rollout open,
 * the plan's {@code onBuildEnd} applies, and the process waits for that to be read back.
 */
final class Foreground {

    private static final long FRAME_MILLIS = 200;
    private static final long LAST_WORDS_SECONDS = 60;

    private final RolloutRun run;
    private final RolloutView view;
    private final Screen screen;
    private final LongSupplier now;
    private final Duration giveUp;

    /**
     * @param giveUp after so long without data the rollout ends HELD; null for never
     */
    Foreground(RolloutRun run, RolloutView view, Screen screen, LongSupplier now, Duration giveUp) {
        this.run = run;
        this.view = view;
        this.screen = screen;
        this.now = now;
        this.giveUp = giveUp;
    }

    /** Begins the rollout and returns its last answer. */
    Answer watch(Runnable begin) throws InterruptedException {
        Thread lastWords = new Thread(this::ownerGone, "canary-last-words");
        Runtime.getRuntime().addShutdownHook(lastWords);
        begin.run();
        while (!ended(FRAME_MILLIS)) {
            screen.show(answer());
            giveUpWithoutData();
        }
        Answer end = answer();
        screen.show(end);
        try {
            Runtime.getRuntime().removeShutdownHook(lastWords);
        } catch (IllegalStateException theProcessIsEnding) {
            // The hook runs already; it finds an ended rollout and does nothing.
        }
        return end;
    }

    private Answer answer() {
        return view.answer(0, -1, now.getAsLong(), Person.reader("terminal"), false, run.journalError());
    }

    private boolean ended(long millis) throws InterruptedException {
        try {
            run.ended().get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a rollout never fails", e);
        }
    }

    private void giveUpWithoutData() {
        RolloutState s = run.state();
        long since = s.gate().blindSince().stream().filter(at -> at != 0).min(Long::compare).orElse(0L);
        if (giveUp == null || since == 0 || s.lastTickAt() - since < giveUp.toMillis()) {
            return;
        }
        try {
            run.command(new Input.GiveUp("terminal", "no data to decide by since "
                    + io.jenkins.plugins.canary.engine.Units.print(Duration.ofMillis(s.lastTickAt() - since))
                    + ": neither promoted nor rolled back, the canary is left at " + s.weight()));
        } catch (Input.CommandRefused ended) {
            screen.say(ended.getMessage());
        }
    }

    private void ownerGone() {
        try {
            if (run.state().isEnded()) {
                return;
            }
            run.command(new Input.OwnerGone("terminal", "the command was stopped with the rollout open"));
            if (!ended(LAST_WORDS_SECONDS * 1000)) {
                screen.say("canary: the router could not be read back at 0%; start the same command again to settle it");
            }
            screen.show(answer());
        } catch (Input.CommandRefused refused) {
            screen.say("canary: " + refused.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
