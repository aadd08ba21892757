package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.TickResult;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ticked;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What has been seen since the promotion.
 *
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

    /** @param accepted by whom the version was kept all the same; null when nobody has said so */
    public record Breach(long at, String reason, String rule, Watch.OnBreach then, String accepted) {}

    static WatchFold begun(Watch watch, long at, long until) {
        AbortFold unbroken = AbortFold.of(AbortRule.criteria(watch.abort()).size());
        return new WatchFold(at, until, unbroken, 0, 0, 0, 0, null, null);
    }

    /** Folds one tick of the watch. Where a criterion says so, no data is a failure, or a pass. */
    WatchFold tick(Ticked e, CanaryPlan plan) {
        TickResult result = TickResult.of(plan.aftercare().criteria(), e.gate(), null);
        List<Criterion> rules = AbortRule.criteria(plan.aftercare().abort());
        Duration interval = plan.metrics().interval();
        List<CheckOutcome> criteria =
                e.gate().stream().filter(c -> !c.dryRun()).map(Check::outcome).toList();
        List<CheckOutcome> abides = IntStream.range(0, e.abort().size())
                .filter(i -> !rules.get(i).dryRun())
                .mapToObj(
                        i -> rules.get(i).onNoData().standsFor(e.abort().get(i).outcome()))
                .toList();
        return tick(e.at(), result, criteria, abides, abort.tick(e.at(), rules, e.abort(), interval), interval);
    }

    private WatchFold tick(
            long at,
            TickResult result,
            List<CheckOutcome> criteria,
            List<CheckOutcome> rules,
            AbortFold nextAbort,
            Duration interval) {
        boolean failed = result == TickResult.RED;
        boolean red = failed || rules.contains(CheckOutcome.FAIL);
        boolean passed = criteria.contains(CheckOutcome.PASS);
        boolean data = passed || red || criteria.contains(CheckOutcome.FAIL) || rules.contains(CheckOutcome.PASS);
        int inARow = failed ? failures + 1 : passed ? 0 : failures;
        // What cannot be seen has not recovered.
        boolean green =
                data && result == TickResult.GREEN && rules.stream().allMatch(outcome -> outcome == CheckOutcome.PASS);
        int greenInARow = red ? 0 : green ? greens + 1 : greens;
        long dataAt = data ? at : lastDataAt;
        long blind = data ? blindAt(at, interval) : blindMillis;
        return new WatchFold(since, until, nextAbort, inARow, greenInARow, dataAt, blind, breach, over);
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
