package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The clocks of one phase's gate, folded tick by tick. All numbers are milliseconds; times are since the epoch, and 0
 * stands for never.
 *
 * @param openedAt when the shift was verified and the clocks began; 0 before
 * @param greenMillis how long the gate has been green without a failing check; time without data is left out
 * @param dataMillis how long the gate has been judged without a pass; what the deadline is held against
 * @param lastAt the last tick since the phase began
 * @param lastGreenAt the last tick, if it was green, else 0
 * @param lastDataAt the last tick at which no criterion was blind; while a pass stands, the last green one
 * @param blindSince since when each criterion has had no data, in the gate's order; 0 when it had some at the last tick
 * @param failures ticks with a failing check in a row, blind ticks left out
 * @param passedAt when the verdict became PASS; 0 when it is not, or no more
 */
public record GateFold(
        long openedAt,
        long greenMillis,
        long dataMillis,
        long lastAt,
        long lastGreenAt,
        long lastDataAt,
        List<Long> blindSince,
        int failures,
        long passedAt) {

    /** Before the shift is verified no clock runs. */
    public static final GateFold CLOSED = new GateFold(0, 0, 0, 0, 0, 0, List.of(), 0, 0);

    public GateFold {
        blindSince = List.copyOf(blindSince);
    }

    /** The shift is verified: from here on ticks count. */
    public static GateFold open(long at, int criteria) {
        return new GateFold(at, 0, 0, at, 0, 0, Collections.nCopies(criteria, 0L), 0, 0);
    }

    public boolean isOpen() {
        return openedAt != 0;
    }

    /**
     * Folds one tick.
     *
     * @param result of the checks
     * @param interval two ticks further apart than two of these have a gap between them, in which nothing was seen and
     *     no clock runs
     */
    public GateFold tick(long at, TickResult result, List<Criterion> gate, List<Check> checks, Duration interval) {
        long since = at - lastAt;
        long seen = since > 2 * interval.toMillis() ? 0 : since;
        long judged = dataMillis + (lastDataAt == lastAt && passedAt == 0 ? seen : 0);
        long green = greenMillis + (lastGreenAt != 0 ? seen : 0);
        List<Long> blind = blindSince(blindSince, at, gate, checks);
        return switch (result) {
            case GREEN -> new GateFold(openedAt, green, judged, at, at, at, blind, 0, passedAt);
            case RED -> new GateFold(openedAt, 0, judged, at, 0, at, blind, failures + 1, 0);
            case AMBER -> new GateFold(openedAt, 0, judged, at, 0, at, blind, 0, 0);
            case BLIND -> new GateFold(openedAt, greenMillis, dataMillis, at, 0, lastDataAt, blind, failures, passedAt);
        };
    }

    /** Since when each criterion has had no data, with one more tick; 0 when it has some. */
    static List<Long> blindSince(List<Long> before, long at, List<Criterion> gate, List<Check> checks) {
        List<Long> blind = new ArrayList<>(before);
        for (int i = 0; i < checks.size(); i++) {
            CheckOutcome outcome = checks.get(i).outcome();
            boolean sees =
                    outcome == CheckOutcome.FAIL || gate.get(i).onNoData().standsFor(outcome) == CheckOutcome.PASS;
            long since = blind.get(i);
            blind.set(i, sees ? 0 : since == 0 ? at : since);
        }
        return blind;
    }

    /** The same, with another time for the deadline to be held against. */
    public GateFold judgedFor(long millis) {
        return new GateFold(
                openedAt, greenMillis, millis, lastAt, lastGreenAt, lastDataAt, blindSince, failures, passedAt);
    }

    /** The verdict PASS is on record; the deadline has nothing to wait for any more. */
    public GateFold pass(long at) {
        return new GateFold(openedAt, greenMillis, 0, lastAt, lastGreenAt, lastDataAt, blindSince, failures, at);
    }

    /** PASS needs the last tick to be green; once passed, only a failing check takes the pass back. */
    public GateVerdict verdict(GateTerms terms) {
        boolean green = lastGreenAt != 0 && lastGreenAt == lastAt;
        if (passedAt != 0 || green && greenMillis >= terms.hold().toMillis()) {
            return GateVerdict.PASS;
        }
        return failure(terms) == null ? GateVerdict.WAIT : GateVerdict.FAIL;
    }

    /** Why the verdict is FAIL; null when it is not. */
    public String failure(GateTerms terms) {
        if (dataMillis >= terms.deadline().toMillis()) {
            return "the gate of phase " + terms.phase() + " was not green for " + Units.print(terms.hold())
                    + " within its deadline of " + Units.print(terms.deadline());
        }
        for (int i = 0; i < blindSince.size(); i++) {
            Criterion c = terms.criteria().get(i);
            long blind = blindSince.get(i) == 0 ? -1 : lastAt - blindSince.get(i);
            if (!c.dryRun()
                    && c.noDataDeadline() != null
                    && blind >= c.noDataDeadline().toMillis()) {
                return c.silent(blind);
            }
        }
        return null;
    }
}
