package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;

/**
 * What the router was or is about to be asked for and has not been seen to do.
 *
 * @param phase the phase that a shift leads into; the current one otherwise
 * @param since when it was written down, milliseconds since the epoch
 * @param reason why, for a roll back and for a weight that moves within its phase; else null
 */
public record Intent(Kind kind, int phase, Weight from, Weight to, long since, String reason) {
    public enum Kind {
        SHIFT,
        PROMOTE,
        ROLL_BACK
    }
}
