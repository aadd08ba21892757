package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Counts;

/**
 * The requests of one track since the phase's clock opened, out of readings that each count from some time on.
 *
 * <p>The last reading counts, not the largest: a server's extrapolation sways from tick to tick, and a single reading may be
 * wrong by any factor. What a reading may add is bounded, by what the router counted and by the rate before; what it added
 * wrongly is taken back by the next. Where nothing bounds the first reading, a large one waits for the second. No reading can
 * take back what a window counted that is over; where the window under way contradicts it, it is left out.
 *
 * @param carried counted in windows that are over
 * @param carriedMillis of those windows in which {@code carried} was seen
 * @param current of the window under way, as last read
 * @param millis of the window under way in which {@code current} was seen
 * @param perMillis the rate at which requests were last added
 * @param doubtful the first reading of the window, too large to be believed without another one; 0 for none
 */
record PhaseCounts(Counts carried, long carriedMillis, Counts current, long millis, double perMillis, long doubtful) {

    static final PhaseCounts NONE = new PhaseCounts(Counts.NONE, 0, Counts.NONE, 0, 0, 0);

    /** Traffic may grow by this factor from tick to tick. */
    private static final double GROWTH = 3;
    /** So many requests more are never too many. */
    private static final long ALWAYS = 50;
    /** A first reading of more than this is believed when the second one agrees, or the router. */
    private static final long LARGE = 10_000;
    /** Traffic that falls by this factor was never there. */
    private static final double CONTRADICTED = 10;

    /** @param most no more than this on this track since the clock opened */
    PhaseCounts read(Counts now, CountWindow window, long most) {
        long seen = (long) (now.total() * window.observed());
        if (window.observedMillis() <= 0) {
            return this;
        }
        if (carried.total() > most) {
            return new PhaseCounts(Counts.NONE, 0, current, millis, perMillis, doubtful).read(now, window, most);
        }
        if (millis == 0 && !window.isBounded() && seen > LARGE && doubtful == 0) {
            return new PhaseCounts(carried, carriedMillis, current, 0, perMillis, seen);
        }
        long total = Math.min(seen, Math.min(allowed(window), most - carried.total()));
        double share = now.total() == 0 ? 0 : (double) now.failures() / now.total();
        long added = total - current.total();
        // No more new failures than new requests.
        long failures = Math.min(Math.round(share * total), current.failures() + Math.max(0, added));
        long passed = window.observedMillis() - millis;
        double rate = passed > 0 && added > 0 ? (double) added / passed : perMillis;
        return new PhaseCounts(
                carried, carriedMillis, new Counts(Math.min(failures, total), total), window.observedMillis(), rate, 0);
    }

    private long allowed(CountWindow window) {
        if (millis == 0) {
            // Of two first readings the smaller one; the later one has counted for longer.
            return doubtful == 0 ? Long.MAX_VALUE : (long) (GROWTH * doubtful);
        }
        double usual = Math.max(perMillis, (double) current.total() / millis);
        long passed = Math.max(0, window.observedMillis() - millis);
        return current.total() + ALWAYS + (long) (GROWTH * usual * passed);
    }

    Counts total() {
        return isContradicted() ? current : carried.plus(current);
    }

    /** How long it takes to count so many requests at the rate of the window under way; 0 when it has. */
    double millisUntil(long requests) {
        double missing = requests - total().total();
        return missing <= 0 ? 0 : missing / current.total() * millis;
    }

    /** Requests came so much more often in the windows that are over that at least one of their counts was wrong. */
    private boolean isContradicted() {
        double expected = carriedMillis == 0 ? 0 : (double) carried.total() / carriedMillis * millis;
        return expected > LARGE && current.total() < expected / CONTRADICTED;
    }

    /** From here on readings count from a later moment. */
    PhaseCounts anew() {
        return new PhaseCounts(total(), (isContradicted() ? 0 : carriedMillis) + millis, Counts.NONE, 0, perMillis, 0);
    }
}
