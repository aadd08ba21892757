package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Looks after the ticks of all open rollouts. One of which no tick was begun for three intervals is started again, since
 * nobody else watches its canary; one whose ticks begin and are not decided hangs somewhere, and people are told. A source
 * that is slow or silent is neither: a tick is decided at its deadline without it. Safe for any thread; takes no rollout's
 * lock to look.
 */
public final class TickSupervisor {

    /** How long nothing may happen, in intervals of the rollout. */
    static final int INTERVALS = 3;

    private static final long LOOK_MILLIS = 1_000;
    private static final Logger LOGGER = Logger.getLogger(TickSupervisor.class.getName());

    /** What was wrong with the ticks of a rollout. */
    public enum Kind {
        /** None was begun; they were started again. */
        RESTARTED,
        /** They begin and none is decided: the rollout's journal, or a listener, does not return. */
        STUCK,
        /** They are decided again after they were stuck. */
        RECOVERED
    }

    public record Finding(RolloutRun run, String rollout, Kind kind, Duration silent) {}

    /** What was seen of one rollout. Times are sums of the time between looks, so that a machine that slept is not silence. */
    private static final class Seen {
        private long pulse;
        private long decided;
        private long pulseStill;
        private long decidedStill;
        private boolean stuck;
    }

    private final RuntimeServices clock;
    private final Map<RolloutRun, Seen> runs = new ConcurrentHashMap<>();
    private final List<Consumer<Finding>> listeners = new CopyOnWriteArrayList<>();
    private boolean started;
    private long lastLook;

    public TickSupervisor(RuntimeServices clock) {
        this.clock = clock;
    }

    /** Adds somebody who is told of every finding, by the timer's thread; must be quick. */
    public void listen(Consumer<Finding> listener) {
        listeners.add(listener);
    }

    /** Looks after a rollout from now until it has ended or was let go of. */
    public synchronized void add(RolloutRun run) {
        runs.put(run, new Seen());
        if (!started) {
            started = true;
            lastLook = clock.now();
            clock.every(LOOK_MILLIS, this::look);
        }
    }

    private synchronized void look() {
        long now = clock.now();
        // A clock that was set, or a machine that slept, is one look and no more.
        long passed = Math.max(0, Math.min(now - lastLook, 2 * LOOK_MILLIS));
        lastLook = now;
        runs.keySet().removeIf(RolloutRun::isSettled);
        runs.forEach((run, seen) -> {
            try {
                look(run, seen, passed);
            } catch (Throwable fault) {
                LOGGER.log(
                        Level.SEVERE,
                        "The supervisor could not look after rollout "
                                + run.plan().name(),
                        fault);
            }
        });
    }

    private void look(RolloutRun run, Seen seen, long passed) {
        long pulse = run.pulse();
        long decided = run.decided();
        seen.pulseStill = pulse == seen.pulse ? seen.pulseStill + passed : 0;
        seen.decidedStill = decided == seen.decided ? seen.decidedStill + passed : 0;
        seen.pulse = pulse;
        seen.decided = decided;
        long longest = INTERVALS * Math.max(run.beatMillis(), LOOK_MILLIS);
        if (pulse == 0) {
            // It has not begun; what is prepared takes its time.
            seen.pulseStill = 0;
            seen.decidedStill = 0;
        } else if (seen.pulseStill > longest) {
            long silent = seen.pulseStill;
            seen.pulseStill = 0;
            seen.decidedStill = 0;
            tell(run, Kind.RESTARTED, silent);
            clock.decisions().execute(() -> run.restart(silent));
        } else if (!seen.stuck && seen.decidedStill > 2 * longest && run.isTicking()) {
            seen.stuck = true;
            tell(run, Kind.STUCK, seen.decidedStill);
        } else if (seen.stuck && seen.decidedStill == 0) {
            seen.stuck = false;
            tell(run, Kind.RECOVERED, 0);
        }
    }

    private void tell(RolloutRun run, Kind kind, long millis) {
        Finding finding = new Finding(run, run.plan().name(), kind, Duration.ofMillis(millis));
        String says =
                switch (kind) {
                    case RESTARTED ->
                        " took no tick for " + Units.print(finding.silent()) + ": its ticks were started again";
                    case STUCK ->
                        " has decided no tick for " + Units.print(finding.silent())
                                + ": its journal or a listener does not return. Nobody watches the canary; roll it"
                                + " back by hand if it is bad, and restart this process";
                    case RECOVERED -> " decides ticks again";
                };
        LOGGER.log(kind == Kind.RECOVERED ? Level.INFO : Level.SEVERE, "Rollout " + finding.rollout() + says);
        for (Consumer<Finding> listener : listeners) {
            try {
                listener.accept(finding);
            } catch (Throwable fault) {
                LOGGER.log(Level.SEVERE, "A listener of the supervisor failed", fault);
            }
        }
    }
}
