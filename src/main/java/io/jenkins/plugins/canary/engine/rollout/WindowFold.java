package io.jenkins.plugins.canary.engine.rollout;

/**
 * The plan's windows are closed: nothing rises. Null stands for open.
 *
 * @param since when they closed, milliseconds since the epoch
 * @param opens when they open again, milliseconds since the epoch; null when that is not known
 * @param reason for people, one line; null when it is outside of the weekly windows
 * @param overriddenBy who lets the next rise go ahead all the same; null for nobody
 */
public record WindowFold(long since, Long opens, String reason, String overriddenBy) {

    /** One more look at them while they are closed; whoever has overridden them still does. */
    static WindowFold closed(WindowFold before, RolloutEvent.WindowClosed e) {
        return before == null
                ? new WindowFold(e.at(), e.opens(), e.reason(), null)
                : new WindowFold(before.since, e.opens(), e.reason(), before.overriddenBy);
    }

    WindowFold overridden(String by) {
        return new WindowFold(since, opens, reason, by);
    }
}
