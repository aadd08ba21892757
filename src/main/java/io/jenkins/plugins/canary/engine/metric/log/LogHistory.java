package io.jenkins.plugins.canary.engine.metric.log;

import io.jenkins.plugins.canary.engine.Track;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** What was read tick by tick, for as long as the longest window may be. Not for use by several threads. */
final class LogHistory {

    /** Windows of counts begin anew after an hour. */
    private static final Duration LONGEST = Duration.ofHours(2);

    /**
     * The lines of one track in a stretch of time.
     *
     * @param errors of the lines
     * @param fresh of the errors, those of a kind that stable had not logged before
     */
    record Lines(long all, long errors, long fresh) {

        static final Lines NONE = new Lines(0, 0, 0);

        Lines plus(Lines more) {
            return new Lines(all + more.all, errors + more.errors, fresh + more.fresh);
        }
    }

    /** @param cut whether there were more error lines than are read */
    record Slice(Instant from, Instant to, Map<Track, Lines> lines, boolean cut) {}

    /** @param slices that were summed up */
    record Sum(Lines lines, int slices, boolean cut) {}

    private final Deque<Slice> slices = new ArrayDeque<>();

    void add(Slice slice) {
        slices.addLast(slice);
        while (slices.getFirst().to().isBefore(slice.to().minus(LONGEST))) {
            slices.removeFirst();
        }
    }

    /** All that was logged since then. A slice that began before is left out, so that nothing from before counts. */
    Sum since(Instant from, Track track) {
        Sum sum = new Sum(Lines.NONE, 0, false);
        for (Slice slice : slices) {
            if (!slice.from().isBefore(from)) {
                Lines more = slice.lines().getOrDefault(track, Lines.NONE);
                sum = new Sum(sum.lines().plus(more), sum.slices() + 1, sum.cut() || slice.cut());
            }
        }
        return sum;
    }
}
