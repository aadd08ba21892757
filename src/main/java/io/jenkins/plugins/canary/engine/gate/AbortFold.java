package io.jenkins.plugins.canary.engine.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long each abort rule with a criterion has been broken, in the plan's order.
 *
 * @param since when the unbroken row of broken ticks began, by rule; 0 when there is none
 * @param lastAt the last tick with data, by rule; 0 for none
 */
public record AbortFold(List<Long> since, List<Long> lastAt) {

    public AbortFold {
        since = List.copyOf(since);
        lastAt = List.copyOf(lastAt);
    }

    public static AbortFold of(int rules) {
        return new AbortFold(Collections.nCopies(rules, 0L), Collections.nCopies(rules, 0L));
    }

    /**
     * Folds one tick: a row goes on while every tick with data is broken and ticks with data are at most two intervals
     * apart.
     */
    public AbortFold tick(long at, List<Check> checks, Duration interval) {
        List<Long> newSince = new ArrayList<>(since);
        List<Long> newLast = new ArrayList<>(lastAt);
        for (int i = 0; i < checks.size(); i++) {
            switch (checks.get(i).outcome()) {
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
        return new AbortFold(newSince, newLast);
    }

    /** How long the rule has been broken as of its last tick with data, in milliseconds; -1 when it is not broken. */
    public long brokenFor(int rule) {
        return since.get(rule) == 0 ? -1 : lastAt.get(rule) - since.get(rule);
    }
}
