package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.TickResult;
import io.jenkins.plugins.canary.engine.plan.Watch;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What has been seen since the promotion.
 *
 * @param since when the promotion was read back
 * @param until when the time is over
 * @param failures ticks in a row, among those with data, at which a criterion failed
 * @param greens ticks in a row, among those at which all could be judged, at which all passed
 * @param lastDataAt the last tick with data; 0 for none
 * @param blindMillis gaps of more than two intervals between ticks with data, all together, in milliseconds
 * @param breach the open one; null when there is none
 * @param over why nobody watches any more; null while somebody does
 */
public record WatchFold(
        long since,
        long until,
        AbortFold abort,
        int failures,
        int greens,
        long lastDataAt,
        long blindMillis,
        Breach breach,
        String over) {

    /** So many green ticks in a row end a breach: a service that flaps is told of once. */
    static final int GREENS = 3;

    /**
     * @param rule the label of the rule that fired
     * @param then what the plan wanted to come of it
     * @param accepted by whom the version was kept all the same; null when nobody has said so
     */
    public record Breach(long at, String reason, String rule, Watch.OnBreach then, String accepted) {}

    static WatchFold begun(Watch watch, long at, long until) {
        int rules =
                (int) watch.abort().stream().filter(r -> r.criterion() != null).count();
        return new WatchFold(at, until, AbortFold.of(rules), 0, 0, 0, 0, null, null);
    }

    /**
     * Folds one tick.
     *
     * @param gate what must be true, in the order of its checks: where one of them says so, no data is a failure
     */
    WatchFold tick(long at, List<Criterion> gate, List<Check> criteria, List<Check> rules, Duration interval) {
        TickResult result = TickResult.of(gate, criteria, null);
        boolean failed = result == TickResult.RED;
        boolean passed = criteria.stream().anyMatch(c -> c.outcome() == CheckOutcome.PASS);
        boolean red = failed || rules.stream().anyMatch(c -> c.outcome() == CheckOutcome.FAIL);
        boolean data = Stream.concat(criteria.stream(), rules.stream())
                .anyMatch(c -> c.outcome() == CheckOutcome.PASS || c.outcome() == CheckOutcome.FAIL);
        int inARow = failed ? failures + 1 : passed ? 0 : failures;
        // What cannot be seen has not recovered.
        boolean green =
                data && result == TickResult.GREEN && rules.stream().allMatch(c -> c.outcome() == CheckOutcome.PASS);
        int greenInARow = red ? 0 : green ? greens + 1 : greens;
        return new WatchFold(
                since,
                until,
                abort.tick(at, rules, interval),
                inARow,
                greenInARow,
                data ? at : lastDataAt,
                data ? blindAt(at, interval) : blindMillis,
                breach,
                over);
    }

    WatchFold with(Breach next) {
        return new WatchFold(since, until, abort, failures, greens, lastDataAt, blindMillis, next, over);
    }

    /** For how long, up to a moment, nobody saw how the version fares, in milliseconds. */
    long blindAt(long at, Duration interval) {
        long gap = at - (lastDataAt == 0 ? since : lastDataAt);
        return blindMillis + (gap > 2 * interval.toMillis() ? gap : 0);
    }

    /** The breach is over, and with it the row of failures that led to it. */
    WatchFold recovered() {
        return new WatchFold(since, until, abort, 0, greens, lastDataAt, blindMillis, null, over);
    }

    WatchFold ended(String reason) {
        return new WatchFold(since, until, abort, failures, greens, lastDataAt, blindMillis, breach, reason);
    }

    WatchFold accepted(String by) {
        return breach == null ? this : with(new Breach(breach.at(), breach.reason(), breach.rule(), breach.then(), by));
    }

    /** Whether a person has to say what becomes of the version. */
    public boolean asks() {
        return breach != null && breach.then() == Watch.OnBreach.ASK && breach.accepted() == null;
    }
}
