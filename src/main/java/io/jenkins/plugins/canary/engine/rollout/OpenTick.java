package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One tick under way: what source and router have said so far. Decided once. Safe for several threads; never waits. */
final class OpenTick {

    /**
     * What a tick asks.
     *
     * @param baseline whether the baseline's pods stand for the stable version
     * @param routerFree whether the router may be looked at: nothing else is asked of it
     * @param deadlineMillis after which the tick is decided by what has been read
     */
    record Question(
            int phase,
            Set<MetricQuery> wanted,
            Duration counted,
            boolean baseline,
            boolean routerFree,
            long shifts,
            long intervalMillis,
            long deadlineMillis) {

        /** What the source is asked. */
        Set<MetricQuery> asked() {
            return baseline
                    ? wanted.stream().map(Question::ofBaseline).collect(Collectors.toCollection(LinkedHashSet::new))
                    : wanted;
        }

        /** The query that this one was asked for. */
        MetricQuery wanted(MetricQuery asked) {
            return asked.track() == Track.BASELINE ? asked.of(Track.STABLE) : asked;
        }

        /** Its pods are too young to have a past. */
        static MetricQuery ofBaseline(MetricQuery query) {
            boolean stays = query.metric().probe() != null || query.past() != null;
            return query.track() == Track.STABLE && !stays ? query.of(Track.BASELINE) : query;
        }
    }

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
            answer.forEach((query, reading) -> read(question.wanted(query), reading));
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

    /** A baseline that cannot serve neither blames the canary nor excuses it. */
    private synchronized Reading compared(MetricQuery query, Reading reading) {
        boolean ofBaseline = question.baseline() && Question.ofBaseline(query).track() == Track.BASELINE;
        return ofBaseline
                        && router != null
                        && router.baseline() != null
                        && router.baseline().isDown()
                ? Reading.noData("the baseline cannot serve: "
                        + router.baseline().health().detail())
                : reading;
    }

    /** What has been read so far; UNAVAILABLE is what has not. */
    synchronized Input.Tick soFar() {
        Map<MetricQuery, Reading> all = new LinkedHashMap<>();
        question.wanted().forEach(query -> all.put(query, compared(query, readings.getOrDefault(query, TOO_LATE))));
        return new Input.Tick(
                question.phase(), all, question.counted(), router, router == null ? null : router.health());
    }
}
