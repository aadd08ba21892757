package io.jenkins.plugins.canary.engine.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long each abort rule with a criterion has been broken, in the plan's order.
 *
 * @param since when the unbroken row of broken ticks began, by rule; 0 when there is none
 * @param lastAt the last tick that was judged, by rule; 0 for none
 * @param blindSince since when there has been no data, by rule; 0 when there was some at the last tick
 */
public record AbortFold(List<Long> since, List<Long> lastAt, List<Long> blindSince) {

    public AbortFold {
        since = List.copyOf(since);
        lastAt = List.copyOf(lastAt);
        blindSince = List.copyOf(blindSince);
    }

    public static AbortFold of(int rules) {
        List<Long> none = Collections.nCopies(rules, 0L);
        return new AbortFold(none, none, none);
    }

    /**
     * Folds one tick: a row goes on while every tick with data is broken and ticks with data are at most two intervals
     * apart. A tick without data counts as what the criterion says that it stands for.
     */
    public AbortFold tick(long at, List<Criterion> criteria, List<Check> checks, Duration interval) {
        List<Long> newSince = new ArrayList<>(since);
        List<Long> newLast = new ArrayList<>(lastAt);
        for (int i = 0; i < checks.size(); i++) {
            switch (criteria.get(i).onNoData().standsFor(checks.get(i).outcome())) {
                case FAIL -> {
                    boolean goesOn = since.get(i) != 0 && at - lastAt.get(i) <= 2 * interval.toMillis();
                    newSince.set(i, goesOn ? since.get(i) : at);
                    newLast.set(i, at);
                }
                case PASS -> {
                    newSince.set(i, 0L);
                    newLast.set(i, at);
                }
                case NO_DATA, UNAVAILABLE -> {
                    // Neither broken nor repaired: whether the row survives is decided by the gap to the next data.
                }
            }
        }
        return new AbortFold(newSince, newLast, GateFold.blindSince(blindSince, at, criteria, checks));
    }

    /** How long the rule has been broken as of its last judged tick, in milliseconds; -1 when it is not broken. */
    public long brokenFor(int rule) {
        return since.get(rule) == 0 ? -1 : lastAt.get(rule) - since.get(rule);
    }

    /** How long the rule has had no data as of a tick, in milliseconds; -1 when it has some. */
    public long blindFor(int rule, long at) {
        return blindSince.get(rule) == 0 ? -1 : at - blindSince.get(rule);
    }
}
