package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Clockwork;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.ServiceSeen;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One rollout under way: feeds ticks, router calls and commands to the decisions, writes what they decide to the
 * journal, and then acts. Safe for use by any thread; holds none.
 */
public final class RolloutRun {

    /** A router that is slower than this does not hold up a tick's decision. */
    private static final long LOOK_MILLIS = 200;

    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LAST_RETRY_MILLIS = 10_000;
    private static final long IDLE_MILLIS = 60_000;
    private static final Logger LOGGER = Logger.getLogger(RolloutRun.class.getName());

    private final CanaryPlan plan;
    private final WriteAhead journal;
    private final TrafficRouter router;
    private final MetricSource source;
    private final Clockwork clock;
    private final List<BiConsumer<List<RolloutEvent>, RolloutState>> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<RolloutState> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> recorded = new CompletableFuture<>();

    private RolloutState state;
    private List<Check> lastGate = List.of();
    private boolean stopped;
    private boolean routerBusy;
    private boolean looking;
    private boolean serviceSeen;
    private long shifts;
    private int attempts;
    private Intent pausedFor;
    private boolean paused;
    private long nextTickAt;
    private long clockOffset;

    /**
     * @param state the fold of what is in the journal already
     */
    public RolloutRun(CanaryPlan plan, RolloutState state, Journal journal, TrafficRouter router, MetricSource source,
            Clockwork clock) {
        this.plan = plan;
        this.state = state;
        this.journal = new WriteAhead(journal);
        this.router = router;
        this.source = source;
        this.clock = clock;
    }

    /** Begins a new rollout as soon as its beginning is on disk: without that line nothing after it could be read. */
    public synchronized void begin(RolloutEvent.Started started) {
        if (done()) {
            return;
        }
        if (commit(List.of(started))) {
            go();
        } else {
            clock.at(clock.now() + LAST_RETRY_MILLIS, () -> begin(started));
        }
    }

    /** Goes on with a rollout that was found in its journal. */
    public void resume() {
        resume(null);
    }

    /**
     * Goes on with a rollout that was found in its journal.
     *
     * @param gone when the owner ended while nobody watched: applies before anything else is decided; else null
     */
    public synchronized void resume(Input.OwnerGone gone) {
        if (state.isEnded()) {
            ended.complete(state);
            recorded.complete(null);
            return;
        }
        if (stopped) {
            return;
        }
        long now = now();
        List<RolloutEvent> events = new ArrayList<>();
        events.add(new RolloutEvent.Resumed(now, now - state.lastEventAt()));
        if (gone != null) {
            try {
                events.addAll(Commands.on(plan, state, gone, lastGate, now));
            } catch (CommandRefused e) {
                throw new IllegalStateException("an open rollout refused its owner's end", e);
            }
        }
        if (!commit(events)) {
            // An owner's end that is not on disk is not forgotten: nothing goes on before it is.
            clock.at(clock.now() + LAST_RETRY_MILLIS, () -> resume(gone));
            return;
        }
        follow();
        go();
    }

    private void go() {
        nextTickAt = now() + plan.metrics().interval().toMillis();
        clock.at(nextTickAt - clockOffset, this::tick);
        drive();
    }

    /** Called under the rollout's lock with events just written and the state after them; must be quick. */
    public void listen(BiConsumer<List<RolloutEvent>, RolloutState> listener) {
        listeners.add(listener);
    }

    /** Completes when the rollout has ended; never exceptionally. */
    public CompletableFuture<RolloutState> ended() {
        return ended;
    }

    /** Completes when the end is in the journal as well, which on a full disk may be later. */
    public CompletableFuture<Void> recorded() {
        return recorded;
    }

    public synchronized RolloutState state() {
        return state;
    }

    public CanaryPlan plan() {
        return plan;
    }

    /** Whether nothing is decided or asked any more. */
    public synchronized boolean isOver() {
        return done();
    }

    /** Why the journal could not be written at the last try; null when it could. */
    public synchronized String journalError() {
        return journal.error();
    }

    /** Lets go of the rollout without ending it: nothing is decided or asked any more. */
    public synchronized void stop() {
        stopped = true;
    }

    /**
     * @throws CommandRefused when the command does not fit; the message says what would
     */
    public synchronized void command(Input.Command command) throws CommandRefused {
        if (stopped) {
            throw new CommandRefused("nobody is watching the rollout at the moment: try again when it has resumed");
        }
        if (state.started() == null) {
            throw new CommandRefused("the rollout has not begun" + (journal.error() == null ? "" : ": " + journal.error()));
        }
        List<RolloutEvent> events = Commands.on(plan, state, command, lastGate, now());
        if (!commit(events)) {
            throw new CommandRefused("it cannot be recorded, and so was not done: " + journal.error());
        }
        follow();
        drive();
    }

    /**
     * Writes down what was seen beside the ticks; it decides nothing. What cannot be written is lost, as is what comes when
     * the rollout is over.
     *
     * @param event of a time, which is now
     */
    synchronized void note(LongFunction<RolloutEvent> event) {
        if (!done() && state.started() != null) {
            commit(List.of(event.apply(now())));
        }
    }

    /** Writes down what a probe came to; it decides at the ticks that read it. */
    public void probed(ProbeResult result) {
        note(at -> new RolloutEvent.Probed(at, state().phase(), result));
    }

    /** Writes down something that people should know. */
    public void warn(String message) {
        note(at -> new RolloutEvent.Warned(at, message));
    }

    private void tick() {
        CompletableFuture<Map<MetricQuery, Reading>> readings;
        CompletableFuture<Observation> look = new CompletableFuture<>();
        Duration counted;
        int phase;
        long shiftsThen;
        synchronized (this) {
            if (done()) {
                return;
            }
            phase = state.tickPhase(plan);
            counted = state.watch() == null ? state.evidence().window(now()) : null;
            shiftsThen = shifts;
            Set<MetricQuery> wanted = plan.queries(phase);
            if (state.watch() == null) {
                wanted.addAll(state.evidence().queries(counted));
            }
            if (phase == 0 && !serviceSeen) {
                serviceSeen = true;
                wanted.addAll(ServiceSeen.queries(plan));
            }
            // The source lives by the machine's time, not by the rollout's, which never runs backwards.
            readings = source.read(wanted, Instant.ofEpochMilli(clock.now()));
            if (looking || routerBusy) {
                look.complete(null);
            } else {
                looking = true;
                clock.routerCalls().execute(() -> look.complete(look()));
                clock.at(clock.now() + LOOK_MILLIS, () -> look.complete(null));
            }
        }
        readings.thenAcceptBoth(look, (r, seen) ->
                clock.decisions().execute(() -> ticked(new Input.Tick(phase, r, counted, seen), shiftsThen)));
    }

    private Observation look() {
        try {
            return router.observe();
        } catch (RouterException | RuntimeException e) {
            // A tick without the router decides by the metrics alone; shifts report the router's errors themselves.
            return null;
        } finally {
            synchronized (this) {
                looking = false;
            }
        }
    }

    /** @param shiftsThen how often the router had been asked when it was looked at for this tick */
    private synchronized void ticked(Input.Tick tick, long shiftsThen) {
        if (done()) {
            return;
        }
        try {
            // Looked at before the router was asked for something: by now that is no news but history.
            boolean atRest = state.intent() == null && !routerBusy && shifts == shiftsThen;
            Input.Tick fresh = atRest ? tick : new Input.Tick(tick.phase(), tick.readings(), tick.counted(), null);
            List<RolloutEvent> events = Decide.onTick(plan, state, fresh, now());
            lastGate = ((RolloutEvent.Ticked) events.get(0)).gate();
            commit(events);
            follow();
        } catch (RuntimeException e) {
            LOGGER.log(Level.SEVERE, "A tick of rollout " + plan.name() + " failed; the next one is taken all the same", e);
        }
        scheduleNextTick();
        drive();
    }

    private void scheduleNextTick() {
        long usual = plan.metrics().interval().toMillis();
        // With nothing but checklists to wait for, nobody needs a line of the journal every few seconds.
        long interval = state.watch() != null && plan.watch() == null ? Math.max(usual, IDLE_MILLIS) : usual;
        long behind = Math.max(0, now() - nextTickAt);
        // Late is late: the ticks that were missed are not made up for.
        nextTickAt += interval * (1 + behind / interval);
        clock.at(nextTickAt - clockOffset, this::tick);
    }

    /** What follows of itself, until nothing does. */
    private void follow() {
        List<RolloutEvent> next = Decide.next(plan, state, now());
        while (!next.isEmpty() && commit(next)) {
            next = Decide.next(plan, state, now());
        }
    }

    /** Asks the router for what is intended, one call at a time. */
    private synchronized void drive() {
        Intent intent = state.intent();
        boolean nothingToDo = intent == null && state.phase() >= 0;
        boolean pausing = paused && intent == pausedFor;
        if (routerBusy || pausing || done() || nothingToDo || state.started() == null) {
            return;
        }
        routerBusy = true;
        shifts++;
        String version = state.started().version();
        clock.routerCalls().execute(() -> {
            Input answer;
            try {
                answer = new Input.Seen(intent, Settle.settle(router, intent, version));
            } catch (RouterException e) {
                answer = new Input.Refused(intent, e.getMessage(), e.permanent());
            } catch (RuntimeException e) {
                answer = new Input.Refused(intent, "the router's driver failed: " + e, false);
            }
            answered(intent, answer);
        });
    }

    private synchronized void answered(Intent asked, Input answer) {
        routerBusy = false;
        if (done()) {
            return;
        }
        int phase = state.phase();
        try {
            commit(answer instanceof Input.Seen seen
                    ? Decide.onSeen(plan, state, seen, now())
                    : Decide.onRefused(state, (Input.Refused) answer, now()));
            follow();
        } catch (RuntimeException e) {
            LOGGER.log(Level.SEVERE, "An answer of the router of rollout " + plan.name() + " failed; it is asked again", e);
        }
        if (state.intent() != asked || state.phase() != phase) {
            attempts = 0;
            drive();
            return;
        }
        long wait = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(attempts++, 10));
        paused = true;
        pausedFor = asked;
        clock.at(clock.now() + (long) (wait * (0.75 + 0.5 * clock.random())), () -> pauseOver(asked));
    }

    private synchronized void pauseOver(Intent asked) {
        if (asked == pausedFor) {
            paused = false;
        }
        drive();
    }

    private boolean done() {
        return stopped || state.isEnded();
    }

    /**
     * Writes, then folds. What cannot be written did not happen, and is decided again at the next tick; but see
     * {@link WriteAhead}.
     *
     * @return whether all of it happened
     */
    private boolean commit(List<RolloutEvent> events) {
        if (events.isEmpty()) {
            return true;
        }
        List<RolloutEvent> happened = journal.append(events);
        if (happened.isEmpty()) {
            return false;
        }
        for (RolloutEvent event : happened) {
            state = state.apply(plan, event);
        }
        tell(happened);
        if (state.isEnded()) {
            clock.decisions().execute(() -> ended.complete(state()));
            flush();
        }
        return happened.size() == events.size();
    }

    private void tell(List<RolloutEvent> happened) {
        for (BiConsumer<List<RolloutEvent>, RolloutState> listener : listeners) {
            try {
                listener.accept(happened, state);
            } catch (RuntimeException e) {
                LOGGER.log(Level.SEVERE, "A listener of rollout " + plan.name() + " failed", e);
            }
        }
    }

    /** The end of a roll back that could not be written at the time still gets into the journal. */
    private synchronized void flush() {
        if (stopped) {
            return;
        }
        if (journal.flush()) {
            recorded.complete(null);
        } else {
            clock.at(clock.now() + LAST_RETRY_MILLIS, this::flush);
        }
    }

    /** Never runs backwards, not even when the machine's clock was set back while nobody was watching. */
    private long now() {
        long now = clock.now() + clockOffset;
        if (now < state.lastEventAt()) {
            clockOffset += state.lastEventAt() - now;
            now = state.lastEventAt();
        }
        return now;
    }
}
