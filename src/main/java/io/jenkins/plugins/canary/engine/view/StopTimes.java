package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.stream.Stream;

/**
 * How long it took to see that a canary is bad, and to take it back: a fold of a rollout's events. What was not visible
 * in the metrics nobody could see, so that the time to detect begins with the first failing check of the row that ended
 * in the stop.
 */
public final class StopTimes {

    private long failingSince;
    private long stoppedAt;
    private long detectMillis = -1;
    private long restoreMillis = -1;
    private boolean abandoned;
    private boolean shifted;

    public void follow(RolloutEvent event) {
        if (event instanceof RolloutEvent.ShiftIntended) {
            shifted = true;
        } else if (event instanceof RolloutEvent.Ticked e) {
            if (stoppedAt == 0) {
                ticked(e);
            }
        } else if (event instanceof RolloutEvent.RollbackIntended e) {
            stoppedAt = e.at();
            abandoned = e.abandoned();
            detectMillis = failingSince == 0 ? -1 : Math.max(0, e.at() - failingSince);
        } else if (event instanceof RolloutEvent.Ended e
                && e.outcome() == io.jenkins.plugins.canary.engine.rollout.Outcome.ROLLED_BACK
                && stoppedAt != 0) {
            restoreMillis = Math.max(0, e.at() - stoppedAt);
        }
    }

    /** A tick without data says nothing: it neither begins nor ends a row. */
    private void ticked(RolloutEvent.Ticked e) {
        boolean fails = checks(e).anyMatch(c -> c.outcome() == CheckOutcome.FAIL);
        boolean clean = checks(e).allMatch(c -> c.outcome() == CheckOutcome.PASS);
        if (fails && failingSince == 0) {
            failingSince = e.at();
        } else if (clean) {
            failingSince = 0;
        }
    }

    private static Stream<Check> checks(RolloutEvent.Ticked e) {
        return Stream.concat(e.gate().stream(), e.abort().stream());
    }

    /** From the first failing check until the decision to roll back; -1 when no check failed, or none was taken. */
    public long detectMillis() {
        return detectMillis;
    }

    /** Whether the rollback tells nothing of the version: its build was stopped, or it never got traffic. */
    public boolean abandoned() {
        return abandoned || stoppedAt != 0 && !shifted;
    }

    /** From the decision until weight 0 was read back; -1 when the rollout was not rolled back. */
    public long restoreMillis() {
        return restoreMillis;
    }
}
