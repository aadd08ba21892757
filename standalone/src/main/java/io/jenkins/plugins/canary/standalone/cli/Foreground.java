package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.GateFold;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Watches over one rollout from the terminal until it has ended. When the command is stopped with the rollout open,
 * the plan's {@code onBuildEnd} applies, and the process goes only when that was read back and told.
 */
final class Foreground implements AutoCloseable {

    private static final long FRAME_MILLIS = 200;
    private static final long LAST_WORDS_SECONDS = 60;

    private final RolloutRun run;
    private final RolloutView view;
    private final Screen screen;
    private final LongSupplier now;
    private final Duration giveUp;
    private final CountDownLatch told = new CountDownLatch(1);
    private final Thread lastWords = new Thread(this::ownerGone, "canary-last-words");

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

    /** Begins the rollout and shows it until it has ended. */
    void watch(Runnable begin) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(lastWords);
        begin.run();
        while (!ended()) {
            show();
            giveUpWithoutData();
        }
        show();
    }

    private void show() {
        screen.show(view, now.getAsLong(), run.journalError());
    }

    private boolean ended() throws InterruptedException {
        try {
            run.ended().get(FRAME_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a rollout never fails", e);
        }
    }

    private void giveUpWithoutData() {
        RolloutState s = run.state();
        GateFold gate = s.evidence().gate();
        long blind = gate.lastAt() - Math.max(gate.openedAt(), gate.lastDataAt());
        if (giveUp == null || s.isEnded() || !gate.isOpen() || gate.passedAt() != 0 || blind < giveUp.toMillis()) {
            return;
        }
        try {
            run.command(new Input.GiveUp(
                    "terminal",
                    "no data for " + Units.print(Duration.ofMillis(blind))
                            + " (" + missing() + "): neither promoted nor rolled back, the canary is left "
                            + s.at()
                            + "; set its weight to 0 manually if it must not stay"));
        } catch (Input.CommandRefused ended) {
            screen.say("canary: " + ended.getMessage());
        }
    }

    private String missing() {
        RolloutState s = run.state();
        if (s.evidence().share().contradicts()) {
            return "the observed traffic does not match the weight, "
                    + s.evidence().share().figures(s.weight());
        }
        return view.criteria().stream()
                .filter(c -> c.outcome() == CheckOutcome.NO_DATA || c.outcome() == CheckOutcome.UNAVAILABLE)
                .map(RolloutStatusResponse.CriterionRow::says)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private void ownerGone() {
        if (run.state().isPromoted() && !run.state().isEnded()) {
            // Nothing to undo: the version is the stable one, and the journal knows until when it is to be watched.
            run.stop();
            screen.say("canary: promoted; the watch is not complete; run the same command again to continue it");
            return;
        }
        try {
            run.command(new Input.OwnerGone("terminal", "the command was stopped with the rollout open"));
            if (!told.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
                screen.say("canary: the router did not confirm the plan's onBuildEnd within " + LAST_WORDS_SECONDS
                        + " s; run the same command again to continue");
            }
        } catch (Input.CommandRefused ended) {
            awaitTold();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The rollout had ended already, and the other thread is about to say so. */
    private void awaitTold() {
        try {
            told.await(FRAME_MILLIS * 10, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything about the rollout was told: the process may go. */
    @Override
    public void close() {
        told.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(lastWords);
        } catch (IllegalStateException theProcessIsEnding) {
            // The hook runs already, and was waiting for this.
        }
    }
}
