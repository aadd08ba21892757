package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks a rollout's source and router at every interval, and hands on what they say. The next tick is scheduled before
 * anything is asked, so that nothing that fails, hangs or throws in a tick ends the row of ticks. A tick is decided when
 * everything has been read, at its deadline by what has been read, or earlier when what has been read is enough to roll
 * back: no source waits for another. Safe for several threads; holds none.
 */
final class TickLoop {

    /** A router that is slower than this does not hold up a tick's decision; what it says then counts at the next tick. */
    private static final long LOOK_MILLIS = 200;
    /** Answers that arrive within this time are judged together. */
    private static final long TOGETHER_MILLIS = 100;

    private static final long NEXT_LOOK_MILLIS = 50;
    /** Intervals after which a look is no news any more. */
    private static final int NEWS = 2;

    /** What the router said after its tick was decided: when it was asked, and between which shifts. */
    private record Look(long at, long shifts, Observation seen) {}

    private static final Logger LOGGER = Logger.getLogger(TickLoop.class.getName());

    private final Supplier<OpenTick.Question> questions;
    private final BiConsumer<OpenTick, Boolean> decider;
    private final TrafficRouter router;
    private final MetricSource source;
    private final RuntimeServices clock;
    private final String name;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong decided = new AtomicLong();
    private final AtomicLong row = new AtomicLong();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicReference<Look> late = new AtomicReference<>();
    private volatile OpenTick open;
    private volatile long intervalMillis;
    private volatile boolean stopped;

    /**
     * @param questions what is to be read; null when nothing is any more
     * @param decider decides a tick, unless it was decided; where the second argument is true, only if what has been read so
     *     far is enough to roll back, and leaves it open if it is not
     */
    TickLoop(
            Supplier<OpenTick.Question> questions,
            BiConsumer<OpenTick, Boolean> decider,
            String name,
            TrafficRouter router,
            MetricSource source,
            RuntimeServices clock) {
        this.questions = questions;
        this.decider = decider;
        this.name = name;
        this.router = router;
        this.source = source;
        this.clock = clock;
    }

    /** Takes the first tick in so many milliseconds, and then one each interval. A row of ticks that was begun before ends. */
    void start(long interval, long first) {
        intervalMillis = interval;
        begun.incrementAndGet();
        schedule(row.incrementAndGet(), clock.now() + first);
    }

    /** Takes a tick now and goes on from there, whatever became of the row of ticks. */
    void restart() {
        if (!stopped) {
            long next = row.incrementAndGet();
            clock.decisions().execute(() -> beat(next, clock.now()));
        }
    }

    void stop() {
        stopped = true;
    }

    /** How many ticks were begun, the start counted as one. It stands still when the row of ticks was lost. */
    long begun() {
        return begun.get();
    }

    /** How many ticks were decided. It stands still when deciding hangs. */
    long decided() {
        return decided.get();
    }

    long intervalMillis() {
        OpenTick now = open;
        return now == null
                ? intervalMillis
                : Math.max(intervalMillis, now.question().deadlineMillis());
    }

    private void schedule(long ofRow, long due) {
        clock.at(due, () -> beat(ofRow, due));
    }

    private void beat(long ofRow, long due) {
        if (stopped || ofRow != row.get()) {
            return;
        }
        begun.incrementAndGet();
        try {
            // Late is late: the ticks that were missed are not made up for.
            long behind = Math.max(0, clock.now() - due) % intervalMillis;
            schedule(ofRow, clock.now() + intervalMillis - behind);
        } finally {
            tick(due);
        }
    }

    private void tick(long due) {
        // Asked or decided by another thread for longer than an interval: that one is let finish.
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        try {
            OpenTick before = open;
            if (before != null && !before.isDecided()) {
                if (!before.isExpired(clock.now())) {
                    return;
                }
                decide(before);
            }
            OpenTick.Question question = questions.get();
            if (question != null) {
                intervalMillis = question.intervalMillis();
                ask(question, due);
            }
        } catch (Throwable fault) {
            LOGGER.log(
                    Level.SEVERE, "A tick of rollout " + name + " failed; the next one is taken all the same", fault);
        } finally {
            asking.set(false);
        }
    }

    private void ask(OpenTick.Question question, long due) {
        OpenTick tick = new OpenTick(question, due);
        open = tick;
        if (question.deadlineMillis() > question.intervalMillis()) {
            clock.at(due + question.deadlineMillis(), () -> decide(tick));
        }
        look(tick);
        // The source lives by the machine's time, not by the rollout's, which never runs backwards.
        CompletableFuture<Map<MetricQuery, Reading>> answer;
        try {
            answer = source.read(
                    question.asked(),
                    Instant.ofEpochMilli(clock.now()),
                    (query, reading) -> early(tick, question.wanted(query), reading));
        } catch (Throwable fault) {
            answer = CompletableFuture.failedFuture(fault);
        }
        (answer == null ? CompletableFuture.<Map<MetricQuery, Reading>>completedFuture(null) : answer)
                .whenComplete((all, fault) -> {
                    tick.sourceDone(all, fault);
                    complete(tick);
                });
        if (!tick.isComplete()) {
            clock.at(clock.now() + TOGETHER_MILLIS, () -> lookEarly(tick));
        }
    }

    private void early(OpenTick tick, MetricQuery query, Reading reading) {
        if (tick.read(query, reading)) {
            clock.at(clock.now() + NEXT_LOOK_MILLIS, () -> lookEarly(tick));
        }
    }

    private void lookEarly(OpenTick tick) {
        if (tick.hasNews()) {
            decider.accept(tick, true);
        }
    }

    private void look(OpenTick tick) {
        if (!tick.question().routerFree()) {
            tick.routerDone(null);
            return;
        }
        try {
            if (looking.compareAndSet(false, true)) {
                long at = clock.now();
                clock.routerCalls().execute(() -> seen(tick, at));
            }
            clock.at(clock.now() + LOOK_MILLIS, () -> {
                tick.routerDone(lastLook(tick));
                complete(tick);
            });
        } catch (Throwable fault) {
            looking.set(false);
            tick.routerDone(null);
        }
    }

    private void seen(OpenTick tick, long at) {
        Observation seen = observe();
        late.set(tick.routerDone(seen) ? null : new Look(at, tick.question().shifts(), seen));
        complete(tick);
    }

    /** What came too late for the tick before, once; null when there is none, or it is no news any more. */
    private Observation lastLook(OpenTick tick) {
        Look look = late.getAndSet(null);
        return look != null
                        && look.shifts() == tick.question().shifts()
                        && clock.now() - look.at() <= NEWS * intervalMillis
                ? look.seen()
                : null;
    }

    private Observation observe() {
        try {
            return router.observe();
        } catch (Throwable e) {
            // A tick without the router decides by the metrics alone; shifts report the router's errors themselves.
            return null;
        } finally {
            looking.set(false);
        }
    }

    private void complete(OpenTick tick) {
        if (tick.isComplete()) {
            clock.decisions().execute(() -> decide(tick));
        }
    }

    private void decide(OpenTick tick) {
        if (!tick.isDecided()) {
            decider.accept(tick, false);
            decided.incrementAndGet();
        }
    }
}
