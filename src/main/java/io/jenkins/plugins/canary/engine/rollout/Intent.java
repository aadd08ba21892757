package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.util.Locale;

/**
 * What the router was or is about to be asked for and has not been seen to do.
 *
 * @param phase the phase that a shift leads into; the current one otherwise
 * @param extra what the canary is to get beside the weight
 * @param since when it was written down, milliseconds since the epoch
 * @param reason why, for a roll back and for a weight that moves within its phase; else null
 */
public record Intent(Kind kind, int phase, Weight from, Weight to, ExtraTraffic extra, long since, String reason) {
    public enum Kind {
        SHIFT,
        PROMOTE,
        ROLL_BACK
    }

    /** The same for as long as this is what is intended, also when it was read back from a journal. */
    String key() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + since;
    }
}
