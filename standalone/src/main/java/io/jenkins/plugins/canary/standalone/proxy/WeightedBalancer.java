package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who gets the next request, and what runs where. Dealing a request and changing the weight exclude each other, so once
 * {@link #shift} has returned no request is dealt by the old weight. Safe for any thread.
 */
final class WeightedBalancer {

    /**
     * The connections that a track's requests share. A drained track's pool is retired and never used again, so its
     * connections can be closed without a request in them.
     */
    record Pool(Track track, int generation) {}

    private static final class TrackPool {
        long requests;
        long running;
        boolean used;
        Pool pool;

        TrackPool(Track track) {
            pool = new Pool(track, 1);
        }
    }

    private final Map<Track, TrackPool> pools = new EnumMap<>(Track.class);
    private final ProxyWeights split = new ProxyWeights();
    private final long drainNanos;
    private final LongSupplier nanoTime;
    private Weight weight = Weight.ZERO;
    private boolean promoted;
    private long shiftedAt;

    /**
     * @param drain how long requests on a track that gets no more may take before they no longer count as draining
     * @param nanoTime as {@link System#nanoTime}
     */
    WeightedBalancer(Duration drain, LongSupplier nanoTime) {
        this.drainNanos = drain.toNanos();
        this.nanoTime = nanoTime;
        this.shiftedAt = nanoTime.getAsLong();
        for (Track track : Track.VERSIONS) {
            pools.put(track, new TrackPool(track));
        }
    }

    /** Deals one request; {@link #done} must follow exactly once. */
    synchronized Pool next() {
        TrackPool of = pools.get(split.next(weight));
        of.requests++;
        of.running++;
        of.used = true;
        return of.pool;
    }

    /** @return the pool that nobody uses any more, to be closed */
    synchronized Optional<Pool> done(Pool pool) {
        pools.get(pool.track()).running--;
        return retire(pool.track());
    }

    /** @return the pools that nobody uses any more, to be closed */
    synchronized List<Pool> shift(Weight to) {
        if (!to.equals(weight)) {
            shiftedAt = nanoTime.getAsLong();
            weight = to;
        }
        promoted = promoted && to.equals(Weight.FULL);
        return Track.VERSIONS.stream()
                .map(this::retire)
                .flatMap(Optional::stream)
                .toList();
    }

    /** @return the pools that nobody uses any more, to be closed */
    synchronized List<Pool> promote() {
        List<Pool> retired = shift(Weight.FULL);
        promoted = true;
        return retired;
    }

    synchronized ProxyState state() {
        long draining = Track.VERSIONS.stream()
                .filter(this::getsNone)
                .mapToLong(t -> pools.get(t).running)
                .sum();
        boolean timeIsUp = nanoTime.getAsLong() - shiftedAt >= drainNanos;
        return new ProxyState(
                weight,
                promoted,
                draining == 0 || timeIsUp,
                draining,
                pools.get(Track.CANARY).requests,
                pools.get(Track.STABLE).requests);
    }

    private boolean getsNone(Track track) {
        return weight.equals(track == Track.CANARY ? Weight.ZERO : Weight.FULL);
    }

    private Optional<Pool> retire(Track track) {
        TrackPool of = pools.get(track);
        if (!getsNone(track) || of.running > 0 || !of.used) {
            return Optional.empty();
        }
        Pool old = of.pool;
        of.pool = new Pool(track, old.generation() + 1);
        of.used = false;
        return Optional.of(old);
    }

    /**
     * Deals requests to the tracks by error diffusion, as Bresenham's algorithm draws a line: the canary's due grows by the
     * weight with each request, and whenever it reaches a whole request the canary gets one. So of any 1000 requests in a
     * row at one weight exactly {@link Weight#tenths} go to the canary, evenly spread. Not for use by several threads.
     */
    static final class ProxyWeights {

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
}
