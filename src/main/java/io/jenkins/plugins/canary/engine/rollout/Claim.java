package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim.TakenException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Keeps a router's claim on its target until the new version is promoted or the rollout has ended: whoever only watches
 * after the promotion must not keep the next release waiting. What goes wrong is in the journal once.
 */
public final class Claim {

    private static final long RETRY_MILLIS = 2_000;
    private static final int ATTEMPTS = 5;

    private final TrafficRouter router;
    private final RolloutRun run;
    private final RuntimeServices clock;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private long every;
    private Last last = () -> {};
    private volatile String trouble;
    private volatile boolean free;

    Claim(TrafficRouter router, RolloutRun run, RuntimeServices clock) {
        this.router = router;
        this.run = run;
        this.clock = clock;
    }

    /** Done before the target is let go. */
    @FunctionalInterface
    interface Last {
        void put() throws RouterException;
    }

    /**
     * Blocks.
     *
     * @param atTheEnd done when the rollout has ended, again and again until it succeeds or there is no point any more
     * @param needed whether the rollout goes on; one that is only taken back does without a claim that cannot be had, unless
     *     another rollout has it
     * @throws RouterException when the rollout must not begin or go on now
     */
    void take(Last atTheEnd, boolean needed) throws RouterException {
        last = atTheEnd;
        leaveToOthers(run.state());
        every = free ? 0 : first(router, needed, why -> {});
        if (every > 0) {
            clock.at(clock.now() + every, this::keep);
            run.listen(steps -> leaveToOthers(steps.state()));
        }
        run.ended().thenAccept(this::ended);
    }

    /**
     * @param needed whether nothing goes on without it, unless another rollout has the target: then nothing does in any case
     * @param trouble hears why there is none where it is not needed
     * @return milliseconds until it has to be renewed; 0 for never
     */
    static long first(TrafficRouter router, boolean needed, Consumer<String> trouble) throws RouterException {
        try {
            return router.claim().toMillis();
        } catch (RouterException e) {
            if (needed || e instanceof TakenException) {
                throw e;
            }
            trouble.accept(e.getMessage());
            return 0;
        }
    }

    private void leaveToOthers(RolloutState state) {
        if (state.watch() != null && !free) {
            free = true;
            release(Release.HANDED_OVER, 1, new LettingGo(), () -> {});
        }
    }

    /** Completes when the rollout has ended and lets others have its target. */
    CompletableFuture<Void> letGo() {
        return gone;
    }

    private void keep() {
        if (free || run.isOver()) {
            return;
        }
        clock.routerCalls().execute(() -> {
            try {
                router.claim();
                trouble = null;
            } catch (RouterException | RuntimeException e) {
                String why = String.valueOf(e.getMessage());
                if (!why.equals(trouble) && !run.isOver()) {
                    run.note(at -> new RolloutEvent.Warned(at, "The claim on the target could not be renewed: " + why));
                }
                trouble = why;
            }
            clock.at(clock.now() + every, this::keep);
        });
    }

    /** Also after a watch: who took a promotion back has claimed the target anew. */
    private void ended(RolloutState state) {
        if (every == 0 && !free) {
            gone.complete(null);
            return;
        }
        boolean settled =
                switch (state.ended().outcome()) {
                    case PROMOTED, ROLLED_BACK -> true;
                    case HELD -> state.position().isClear();
                    case FAILED ->
                        !state.position().everShifted() || state.position().isClear();
                };
        release(settled ? Release.ENDED : Release.LEFT_BEHIND, 1, new LettingGo(), () -> gone.complete(null));
    }

    /** Blocks. For a rollout that was not begun. */
    void release() {
        new LettingGo().isDone(Release.HANDED_OVER);
    }

    /** However it ends, the claim runs out by itself. */
    private void release(Release how, int attempt, LettingGo lettingGo, Runnable then) {
        try {
            clock.routerCalls().execute(() -> {
                if (lettingGo.isDone(how) || attempt == ATTEMPTS) {
                    then.run();
                } else {
                    clock.at(clock.now() + RETRY_MILLIS, () -> release(how, attempt + 1, lettingGo, then));
                }
            });
        } catch (RejectedExecutionException theProcessEnds) {
            then.run();
        }
    }

    /**
     * Lets others have the target even when something could not be put back. What was done is not done again: others, or
     * this rollout anew, may have the target by then.
     */
    private final class LettingGo {

        private boolean putBack;
        private boolean released;

        synchronized boolean isDone(Release how) {
            putBack = putBack || succeeds(last);
            released = released || succeeds(() -> router.release(how));
            return putBack && released;
        }

        private boolean succeeds(Last action) {
            try {
                action.put();
                return true;
            } catch (RouterException e) {
                return false;
            }
        }
    }
}
