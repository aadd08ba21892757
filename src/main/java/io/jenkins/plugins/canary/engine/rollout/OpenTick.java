package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One tick under way: what source and router have said so far. Decided once. Safe for several threads; never waits. */
final class OpenTick {

    /**
     * What a tick asks.
     *
     * @param routerFree whether the router may be looked at: nothing else is asked of it
     * @param deadlineMillis after which the tick is decided by what has been read
     */
    record Question(
            int phase,
            Set<MetricQuery> wanted,
            Duration counted,
            boolean routerFree,
            long shifts,
            long intervalMillis,
            long deadlineMillis) {}

    /** Timers are exact to a few of these. */
    private static final long TIMER_SLACK_MILLIS = 10;

    private static final Reading TOO_LATE =
            Reading.unavailable("the source had not answered when the tick was decided");

    private final Question question;
    private final long expiresAt;
    private final Map<MetricQuery, Reading> readings = new HashMap<>();
    private Observation router;
    private boolean sourceDone;
    private boolean routerDone;
    private boolean decided;
    private boolean lookPending = true;
    private int looked;

    /** @param due when the tick was due, milliseconds since the epoch by the machine's clock */
    OpenTick(Question question, long due) {
        this.question = question;
        this.expiresAt = due + question.deadlineMillis() - TIMER_SLACK_MILLIS;
    }

    Question question() {
        return question;
    }

    /** @return whether the caller is to look at the tick soon: nobody else is about to */
    synchronized boolean read(MetricQuery query, Reading reading) {
        if (decided || reading == null || !question.wanted().contains(query)) {
            return false;
        }
        readings.put(query, reading);
        boolean mine = !lookPending;
        lookPending = true;
        return mine;
    }

    /** The source is done: with an answer, or with a fault that leaves unread what it has not told early. */
    synchronized void sourceDone(Map<MetricQuery, Reading> answer, Throwable fault) {
        if (decided) {
            return;
        }
        if (answer != null) {
            answer.forEach(this::read);
        }
        Reading missing = fault == null ? Reading.unavailable("it was not read") : ReadingBatch.failed(fault);
        question.wanted().forEach(query -> readings.putIfAbsent(query, missing));
        sourceDone = true;
    }

    /**
     * @param seen null when the router did not answer in time
     * @return whether the tick is decided by it, and not without
     */
    synchronized boolean routerDone(Observation seen) {
        boolean first = !routerDone && !decided;
        router = first ? seen : router;
        routerDone = true;
        return first;
    }

    synchronized boolean isComplete() {
        return sourceDone && routerDone;
    }

    synchronized boolean isDecided() {
        return decided;
    }

    /** Whether its time is over, or the clock was set back by more than that. */
    boolean isExpired(long now) {
        return now >= expiresAt || now < expiresAt - 2 * question.deadlineMillis();
    }

    /** Whether there is something to read that was not there at the last look. */
    synchronized boolean hasNews() {
        boolean news = !decided && !isComplete() && readings.size() > looked;
        looked = readings.size();
        lookPending = false;
        return news;
    }

    /** What is decided by: what has been read. Null when the tick was decided before; nobody decides twice. */
    synchronized Input.Tick take() {
        if (decided) {
            return null;
        }
        Input.Tick all = soFar();
        decided = true;
        readings.clear();
        return all;
    }

    /** What has been read so far; UNAVAILABLE is what has not. */
    synchronized Input.Tick soFar() {
        Map<MetricQuery, Reading> all = new LinkedHashMap<>();
        question.wanted().forEach(query -> all.put(query, readings.getOrDefault(query, TOO_LATE)));
        return new Input.Tick(
                question.phase(), all, question.counted(), router, router == null ? null : router.health());
    }
}
