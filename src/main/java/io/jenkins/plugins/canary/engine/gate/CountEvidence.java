package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.SequentialCounts;
import io.jenkins.plugins.canary.engine.judge.Verdict;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The requests of both tracks since the clock opened, of those stretches of time in which both had some. A track's requests
 * of a stretch in which the other had none would compare two times, not two versions: where both fail alike, and more later
 * on, a canary that was idle at first looked worse. They are left out, as a tick of one track says nothing of the other; the
 * sequential test compares each stretch by itself, as Mantel and Haenszel do, and {@code counts} adds the stretches up.
 *
 * <p>What came while the criterion warmed up is left out likewise.
 *
 * @param from what was before does not count, milliseconds since the epoch
 * @param counted all that either track had
 * @param seen of it, at the end of the last stretch
 * @param alone of it, in stretches in which the other track had none
 * @param stretchFrom when the last stretch ended, or the clock opened, milliseconds since the epoch
 * @param sequence the sequential test, fed with what each stretch brought; null for the exact test of the sums
 * @param slower how much slower the canary was while it had more slow requests; where the criterion asks
 * @param knowsPast whether stable's past was asked for, with or without an answer
 * @param alike whether both tracks have said the very same at every tick so far: selectors that match the same pods do,
 *     and would pass for two versions that are equally good
 */
record CountEvidence(
        long from,
        Both<PhaseCounts> counted,
        Both<Counts> seen,
        Both<Counts> alone,
        long stretchFrom,
        SequentialCounts sequence,
        LatencyRatio slower,
        boolean knowsPast,
        boolean alike)
        implements Evidence {

    /** A sequence waits no longer than this, and a scrape interval, for counts to grow past what was added to it. */
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    private static final Both<Counts> NONE = new Both<>(Counts.NONE, Counts.NONE);

    /** One for each track. */
    record Both<T>(T canary, T stable) {}

    static CountEvidence start(long at, long from, SequentialCounts sequence) {
        return new CountEvidence(
                from,
                new Both<>(PhaseCounts.NONE, PhaseCounts.NONE),
                NONE,
                NONE,
                at,
                sequence,
                LatencyRatio.NONE,
                false,
                true);
    }

    static SequentialCounts begun(Criterion criterion, int phases) {
        Judge judge = criterion.versus().judge();
        Failures failures = criterion.failures();
        Comparison comparison = failures.ofFailures(judge.comparison()).sharedBy(phases);
        return SequentialCounts.start(comparison, judge.floor(), failures.harm());
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow window) {
        if (window == null) {
            return this;
        }
        return knowsPast
                ? counting(criterion, at, values, window)
                : remembering(new StablePast(criterion), values, window.scrapeMillis())
                        .counting(criterion, at, values, window);
    }

    @Override
    public Set<MetricQuery> asks(Criterion criterion, long at) {
        return knowsPast || sequence == null ? Set.of() : new StablePast(criterion).queries();
    }

    private CountEvidence remembering(StablePast past, Map<MetricQuery, Double> values, long scrapeMillis) {
        SequentialCounts next = sequence == null ? null : sequence.remembering(past.counts(values, scrapeMillis));
        return new CountEvidence(from, counted, seen, alone, stretchFrom, next, slower, true, alike);
    }

    private CountEvidence counting(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow window) {
        Optional<Counts> x = criterion.failures().read(Track.CANARY, values, window.length());
        Optional<Counts> y = criterion.failures().read(Track.STABLE, values, window.length());
        if (x.isEmpty() || y.isEmpty()) {
            return this;
        }
        Both<PhaseCounts> now = new Both<>(
                counted.canary.read(x.get(), window, window.most(Track.CANARY)),
                counted.stable.read(y.get(), window, window.most(Track.STABLE)));
        CountEvidence next = new CountEvidence(
                from,
                now,
                seen,
                alone,
                stretchFrom,
                sequence,
                slower,
                knowsPast,
                alike && x.get().equals(y.get()));
        // Between two scrapes a track may seem idle that is not.
        boolean ends = at - stretchFrom >= window.scrapeMillis();
        return (ends ? next.stretch(at, window.scrapeMillis()) : next).compared(criterion, values);
    }

    private CountEvidence compared(Criterion criterion, Map<MetricQuery, Double> values) {
        boolean asked = sequence == null || sequence.ended() == Verdict.HIGH;
        return asked ? with(slower.plus(criterion, values)) : this;
    }

    private CountEvidence with(LatencyRatio next) {
        return new CountEvidence(from, counted, seen, alone, stretchFrom, sequence, next, knowsPast, alike);
    }

    /**
     * Ends a stretch. What was added to a sequence cannot be taken back: where a count fell a little, the sequence waits until
     * it has grown past what was added; where that would take long, or it fell to less than half, what was added was never
     * there, and the sequence begins anew with all that is counted now.
     */
    private CountEvidence stretch(long at, long scrapeMillis) {
        long longest = LONGEST_WAIT_MILLIS + scrapeMillis;
        boolean wrong = isWrong(seen.canary, counted.canary, longest) || isWrong(seen.stable, counted.stable, longest);
        boolean anew = wrong && !(sequence != null && Verdict.settled(sequence.ended()));
        Both<Counts> before = anew ? NONE : seen;
        Both<Counts> idle = anew ? NONE : alone;
        SequentialCounts test = anew && sequence != null ? sequence.anew() : sequence;
        Counts x = since(before.canary, counted.canary.total());
        Counts y = since(before.stable, counted.stable.total());
        Both<Counts> ended = new Both<>(before.canary.plus(x), before.stable.plus(y));
        boolean warmsUp = stretchFrom < from;
        if (warmsUp || x.total() == 0 || y.total() == 0) {
            Both<Counts> more = new Both<>(idle.canary.plus(x), idle.stable.plus(y));
            SequentialCounts after = warmsUp && test != null ? test.watching(x, y) : test;
            return new CountEvidence(from, counted, ended, more, at, after, slower, knowsPast, alike);
        }
        SequentialCounts next = test == null ? null : test.plus(x, y);
        return new CountEvidence(from, counted, ended, idle, at, next, slower, knowsPast, alike);
    }

    private static boolean isWrong(Counts added, PhaseCounts now, long longest) {
        return now.total().total() < added.total() / 2 || now.millisUntil(added.total()) > longest;
    }

    private static Counts since(Counts added, Counts now) {
        long total = Math.max(0, now.total() - added.total());
        return new Counts(Math.min(total, Math.max(0, now.failures() - added.failures())), total);
    }

    @Override
    public Evidence anew() {
        Both<PhaseCounts> again = new Both<>(counted.canary.anew(), counted.stable.anew());
        return new CountEvidence(from, again, seen, alone, stretchFrom, sequence, slower, knowsPast, alike);
    }

    @Override
    public double timesSlower() {
        return slower.times();
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        // Without a failure equal numbers are nothing to wonder at: a router may split requests that evenly.
        Counts canary = since(alone.canary, counted.canary.total());
        Counts stable = since(alone.stable, counted.stable.total());
        if (alike && canary.failures() > 0) {
            return Judgment.overlap(canary, stable);
        }
        if (sequence != null) {
            return sequence.glance();
        }
        Judge judge = criterion.versus().judge();
        long fewest = criterion.minRequests() > 0 ? criterion.minRequests() : CountTest.DEFAULT_MIN_REQUESTS;
        Failures failures = criterion.failures();
        return new CountTest(failures.ofFailures(judge.comparison()), judge.floor(), fewest, failures.harm())
                .judge(canary, stable);
    }

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
    record PhaseCounts(
            Counts carried, long carriedMillis, Counts current, long millis, double perMillis, long doubtful) {

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
                    carried,
                    carriedMillis,
                    new Counts(Math.min(failures, total), total),
                    window.observedMillis(),
                    rate,
                    0);
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
            return new PhaseCounts(
                    total(), (isContradicted() ? 0 : carriedMillis) + millis, Counts.NONE, 0, perMillis, 0);
        }
    }
}
