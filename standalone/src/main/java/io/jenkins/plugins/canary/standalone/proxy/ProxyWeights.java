package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;

/**
 * Deals requests to the tracks by error diffusion, as Bresenham's algorithm draws a line: the canary's due grows by the
 * weight with each request, and whenever it reaches a whole request the canary gets one. So of any 1000 requests in a
 * row at one weight exactly {@link Weight#tenths} go to the canary, evenly spread. Not for use by several threads.
 */
final class ProxyWeights {

    private static final int WHOLE = 1000;

    /** What the canary is owed, in thousandths of a request; below one request. */
    private int due;

    Track next(Weight weight) {
        due += weight.tenths();
        if (due < WHOLE) {
            return Track.STABLE;
        }
        due -= WHOLE;
        return Track.CANARY;
    }
}
