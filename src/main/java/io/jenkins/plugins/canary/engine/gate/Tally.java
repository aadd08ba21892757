package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Counts;

/**
 * The requests of one track since the phase's clock opened, out of readings that each count from {@code since} on.
 *
 * @param carried counted before {@code since}
 * @param current the largest count read since then: a server's extrapolation sways a little from tick to tick, and what
 *     was counted once is not taken back
 */
record Tally(Counts carried, Counts current) {

    static final Tally NONE = new Tally(Counts.NONE, Counts.NONE);

    Tally read(Counts now) {
        long total = Math.max(current.total(), now.total());
        // No more new failures than new requests.
        long failures = Math.min(Math.max(current.failures(), now.failures()), current.failures() + total - current.total());
        return new Tally(carried, new Counts(failures, total));
    }

    Counts total() {
        return carried.plus(current);
    }

    /** From here on readings count from a later moment. */
    Tally anew() {
        return new Tally(total(), Counts.NONE);
    }
}
