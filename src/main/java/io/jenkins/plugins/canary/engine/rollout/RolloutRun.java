package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Backoff;
import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.power.ServiceBaseline;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One rollout under way: feeds ticks, router calls and commands to the decisions, writes what they decide to the
 * journal, and then acts. Safe for use by any thread; holds none.
 */
public final class RolloutRun {

    private static final long LAST_RETRY_MILLIS = 10_000;
    private static final Backoff ROUTER_PAUSES = new Backoff(50, LAST_RETRY_MILLIS);
    private static final long IDLE_MILLIS = 60_000;
    private static final Logger LOGGER = Logger.getLogger(RolloutRun.class.getName());

    private final CanaryPlan plan;
    private final WriteAhead journal;
    private final TrafficRouter router;
    private final RuntimeServices clock;
    private final WindowWatch windows;
    private final TickLoop ticks;
    private final RecentHeads heads = new RecentHeads();
    private final List<Consumer<Steps>> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<RolloutState> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> recorded = new CompletableFuture<>();

    private RolloutState state;
    private List<Check> lastGate = List.of();
    private volatile boolean stopped;
    private boolean routerBusy;
    private boolean serviceSeen;
    private long shifts;
    private int attempts;
    private Intent pausedFor;
    private long pausedUntil;
    private volatile Runnable retry;
    private final AtomicLong tries = new AtomicLong();
    private long clockOffset;

    /** @param state the fold of what is in the journal already */
    public RolloutRun(
            CanaryPlan plan,
            RolloutState state,
            Journal journal,
            TrafficRouter router,
            MetricSource source,
            RuntimeServices clock) {
        this(plan, state, journal, router, source, clock, Windows.Calendars.EMPTY);
    }

    /** @param calendars those of the plan's windows */
    RolloutRun(
            CanaryPlan plan,
            RolloutState state,
            Journal journal,
            TrafficRouter router,
            MetricSource source,
            RuntimeServices clock,
            Windows.Calendars calendars) {
        this.plan = plan;
        this.state = state;
        this.journal = new WriteAhead(journal);
        this.router = router;
        this.clock = clock;
        this.windows = new WindowWatch(plan.windows(), calendars);
        this.ticks = new TickLoop(this::ask, this::ticked, plan.name(), router, source, clock);
    }

    /** Begins a new rollout as soon as its beginning is on disk: without that line nothing after it could be read. */
    public void begin(RolloutEvent.Started started) {
        begin(started, List.of());
    }

    /** @param told what was found before; written down after the beginning, and before anything that follows of it */
    synchronized void begin(RolloutEvent.Started started, List<LongFunction<RolloutEvent>> told) {
        if (done()) {
            return;
        }
        if (commit(List.of(started))) {
            told.forEach(this::note);
            go();
        } else {
            again(() -> begin(started, told));
        }
    }

    /** Goes on with a rollout that was found in its journal. */
    public void resume() {
        resume(null);
    }

    /**
     * Goes on with a rollout that was found in its journal.
     *
     * @param first what was said while nobody watched, such as the owner's end: applies before anything else is decided, and
     *     is left out when it does not fit any more; null for nothing
     */
    public synchronized void resume(Input.Command first) {
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
        if (first != null) {
            try {
                events.addAll(Commands.on(plan, state, first, lastGate, now));
            } catch (CommandRefused e) {
                LOGGER.log(Level.FINE, "It is so already", e);
            }
        }
        if (!commit(events)) {
            // An owner's end that is not on disk is not forgotten: nothing goes on before it is.
            again(() -> resume(first));
            return;
        }
        follow();
        go();
    }

    /** A rollout that nobody watched for longer than an interval is looked at at once. */
    private void go() {
        long interval = plan.metrics().interval().toMillis();
        long last = state.evidence().lastTickAt();
        long passed = last == 0 ? 0 : now() - last;
        ticks.start(interval, Math.max(0, Math.min(interval, interval - passed)));
        askRouter();
    }

    /** What could not be written is tried again; whoever finds that the try was lost runs it too. */
    private void again(Runnable task) {
        retry = task;
        tries.incrementAndGet();
        clock.at(clock.now() + LAST_RETRY_MILLIS, () -> {
            if (retry == task) {
                retry();
            }
        });
    }

    private synchronized void retry() {
        Runnable task = retry;
        retry = null;
        if (task != null) {
            task.run();
        }
    }

    /** Called under the rollout's lock with events just written and the state after them; must be quick. */
    public void listen(Consumer<Steps> listener) {
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

    /** The hash of the journal's last line, for pages to say what they showed; null where there is none. */
    public synchronized String head() {
        return journal.head();
    }

    /**
     * When a line was the journal's last one, milliseconds since the epoch, while people are asked; null when that was a
     * hundred ticks ago, before a restart, or never.
     */
    public synchronized Long headAt(String hash) {
        return heads.at(hash);
    }

    /** Lets go of the rollout without ending it: nothing is decided or asked any more. */
    public synchronized void stop() {
        stopped = true;
        ticks.stop();
    }

    /**
     * A number that grows while somebody watches: with every tick that is begun, and with every try to write what could not be
     * written. Does not wait for the rollout's lock.
     */
    long pulse() {
        return ticks.begun() + tries.get();
    }

    /** How many ticks were decided. Does not wait for the rollout's lock. */
    long decided() {
        return ticks.decided();
    }

    /** The time in which a tick is taken, or a try is made, when all is well; milliseconds. */
    long beatMillis() {
        return retry == null ? ticks.intervalMillis() : LAST_RETRY_MILLIS;
    }

    /** Whether ticks are to be decided. Does not wait for the rollout's lock. */
    boolean isTicking() {
        return retry == null && !stopped && !ended.isDone();
    }

    /** Whether there is nothing left to do: neither to decide nor to write. Does not wait for the rollout's lock. */
    boolean isSettled() {
        return stopped || recorded.isDone() && ended.isDone();
    }

    /** Goes on with a rollout whose ticks, or tries to write, have stopped; says so in the journal. */
    void restart(long silentMillis) {
        RolloutState now = state();
        if (now.isEnded()) {
            ended.complete(now);
        }
        if (retry != null) {
            retry();
        } else {
            note(at -> new RolloutEvent.TicksRestarted(at, silentMillis));
            ticks.restart();
        }
        askRouter();
    }

    /** @throws CommandRefused when the command does not fit; the message says what would */
    public synchronized void command(Input.Command command) throws CommandRefused {
        if (stopped) {
            throw new CommandRefused("nobody is watching the rollout at the moment: try again when it has resumed");
        }
        if (state.started() == null) {
            throw new CommandRefused(
                    "the rollout has not begun" + (journal.error() == null ? "" : ": " + journal.error()));
        }
        commit(windows.look(state, now()));
        List<RolloutEvent> events = Commands.on(plan, state, command, lastGate, now());
        if (!commit(events)) {
            throw new CommandRefused("it cannot be recorded, and so was not done: " + journal.error());
        }
        follow();
        askRouter();
    }

    /**
     * Writes down what was seen beside the ticks; it decides nothing. What cannot be written is lost, as is what comes when
     * the rollout is over.
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

    private synchronized OpenTick.Question ask() {
        if (done()) {
            return null;
        }
        int phase = state.tickPhase(plan);
        EvidenceFold comparisons = state.watch() == null ? state.evidence().comparisons() : EvidenceFold.NONE;
        long now = now();
        Duration counted = comparisons.window(now);
        Set<MetricQuery> wanted = plan.queries(phase);
        wanted.addAll(comparisons.queries(now, counted));
        wanted.addAll(plan.drawnQueries(phase));
        if (phase == 0 && !serviceSeen) {
            serviceSeen = true;
            wanted.addAll(ServiceBaseline.queries(plan));
        }
        long interval = plan.metrics().interval().toMillis();
        // With nothing but checklists to wait for, nobody needs a line of the journal every few seconds.
        boolean idle = state.watch() != null && plan.watch() == null;
        return new OpenTick.Question(
                phase,
                wanted,
                counted,
                plan.comparesWithBaseline(phase),
                !routerBusy,
                shifts,
                idle ? Math.max(interval, IDLE_MILLIS) : interval,
                plan.metrics().patience().toMillis());
    }

    /** @param early whether readings are missing that may yet come: then only what was read may decide, and only to stop */
    private synchronized void ticked(OpenTick open, boolean early) {
        if (done()) {
            return;
        }
        try {
            Input.Tick tick = early ? open.soFar() : open.take();
            if (tick == null) {
                return;
            }
            // Looked at before the router was asked for something: by now that is no news but history.
            commit(windows.look(state, now()));
            boolean atRest = state.intent() == null
                    && !routerBusy
                    && shifts == open.question().shifts();
            Input.Tick fresh = atRest ? tick : tick.withoutRouter();
            Steps steps = PhasePolicy.onTick(plan, state, fresh, now());
            if (early && (!PhasePolicy.mayStopEarly(plan, steps.events()) || open.take() == null)) {
                return;
            }
            lastGate = ((RolloutEvent.Ticked) steps.events().get(0)).gate();
            commit(steps);
            follow();
        } catch (Throwable e) {
            LOGGER.log(
                    Level.SEVERE,
                    "A tick of rollout " + plan.name() + " failed; the next one is taken all the same",
                    e);
        }
        askRouter();
    }

    /** What follows of itself, until nothing does. */
    private void follow() {
        commit(windows.look(state, now()));
        List<RolloutEvent> next = PhasePolicy.next(plan, state, now());
        while (!next.isEmpty() && commit(next)) {
            next = PhasePolicy.next(plan, state, now());
        }
    }

    /** Asks the router for what is intended, one call at a time. Never throws: the next tick asks again. */
    private synchronized void askRouter() {
        Intent intent = state.intent();
        boolean nothingToDo = intent == null && state.phase() >= 0;
        boolean pausing = now() < pausedUntil && intent == pausedFor || PhasePolicy.isLateRise(plan, state, now());
        if (routerBusy || pausing || done() || nothingToDo || state.started() == null) {
            return;
        }
        routerBusy = true;
        shifts++;
        String version = state.started().version();
        try {
            clock.routerCalls().execute(() -> answered(intent, RouterReconciler.ask(router, intent, version)));
        } catch (Throwable noThread) {
            routerBusy = false;
            LOGGER.log(
                    Level.SEVERE,
                    "The router of rollout " + plan.name() + " could not be asked; it is asked again",
                    noThread);
        }
    }

    private synchronized void answered(Intent asked, Input answer) {
        routerBusy = false;
        if (done()) {
            return;
        }
        int phase = state.phase();
        try {
            commit(windows.look(state, now()));
            commit(RouterReconciler.on(plan, state, answer, now()));
            follow();
        } catch (Throwable e) {
            LOGGER.log(
                    Level.SEVERE,
                    "An answer of the router of rollout " + plan.name() + " failed; it is asked again",
                    e);
        }
        if (state.intent() != asked || state.phase() != phase) {
            attempts = 0;
            askRouter();
            return;
        }
        long pause = ROUTER_PAUSES.pause(attempts++, clock.random());
        pausedUntil = now() + pause;
        pausedFor = asked;
        // When this timer is lost, the next tick asks the router.
        clock.at(clock.now() + pause, () -> pauseOver(asked));
    }

    private synchronized void pauseOver(Intent asked) {
        if (asked == pausedFor) {
            pausedUntil = 0;
        }
        askRouter();
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
    private boolean commit(Steps steps) {
        List<RolloutEvent> happened = journal.append(steps.events());
        if (happened.isEmpty()) {
            return false;
        }
        boolean all = happened.size() == steps.events().size();
        Steps taken = all ? steps : new Steps(plan, state).addAll(happened);
        state = taken.state();
        heads.add(state.isApprovalPending(plan), journal.head(), state.lastEventAt());
        tell(taken);
        if (state.isEnded()) {
            ticks.stop();
            clock.decisions().execute(() -> ended.complete(state()));
            flush();
        }
        return all;
    }

    /** Folded before it is written: what cannot be folded must not stand in the journal. */
    private boolean commit(List<RolloutEvent> events) {
        return events.isEmpty() || commit(new Steps(plan, state).addAll(events));
    }

    private void tell(Steps happened) {
        for (Consumer<Steps> listener : listeners) {
            try {
                listener.accept(happened);
            } catch (Throwable e) {
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
            again(this::flush);
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
