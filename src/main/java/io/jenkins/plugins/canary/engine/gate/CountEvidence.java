package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.SequentialCounts;
import io.jenkins.plugins.canary.engine.judge.SequentialTest;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;
import java.util.Optional;

/**
 * All requests of both tracks since the clock opened.
 *
 * @param sequence the sequential test, fed with what each tick brought; null for the exact test of the sums
 * @param alike whether both tracks have said the very same at every tick so far: selectors that match the same pods do,
 *     and would pass for two versions that are equally good
 */
record CountEvidence(PhaseCounts canary, PhaseCounts stable, SequentialCounts sequence, boolean alike)
        implements Evidence {

    /** A sequence waits no longer than this, and a scrape interval, for counts to grow past what was added to it. */
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    static CountEvidence start() {
        return new CountEvidence(PhaseCounts.NONE, PhaseCounts.NONE, null, true);
    }

    static CountEvidence sequential(Criterion criterion) {
        return new CountEvidence(PhaseCounts.NONE, PhaseCounts.NONE, begun(criterion), true);
    }

    private static SequentialCounts begun(Criterion criterion) {
        Judge judge = criterion.versus().judge();
        return SequentialCounts.start(
                criterion.failures().ofFailures(judge.comparison()),
                judge.floor(),
                criterion.failures().harm());
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        if (counted == null) {
            return this;
        }
        Optional<Counts> x = criterion.failures().read(Track.CANARY, values, counted.length());
        Optional<Counts> y = criterion.failures().read(Track.STABLE, values, counted.length());
        if (x.isEmpty() || y.isEmpty()) {
            return this;
        }
        PhaseCounts nextCanary = canary.read(x.get(), counted, counted.most(Track.CANARY));
        PhaseCounts nextStable = stable.read(y.get(), counted, counted.most(Track.STABLE));
        return new CountEvidence(
                nextCanary,
                nextStable,
                sequence == null
                        ? null
                        : grown(criterion, nextCanary, nextStable, LONGEST_WAIT_MILLIS + counted.scrapeMillis()),
                alike && x.get().equals(y.get()));
    }

    /**
     * A step needs requests on both tracks, as only those compare; until then they add up. What was added cannot be taken
     * back: where a count fell a little, the sequence waits until it has grown past what was added; where that would take long,
     * or it fell to less than half, what was added was never there, and the sequence begins anew with all that is counted now.
     */
    private SequentialCounts grown(Criterion criterion, PhaseCounts canary, PhaseCounts stable, long longest) {
        boolean wrong =
                isWrong(sequence.seenOfCanary(), canary, longest) || isWrong(sequence.seenOfStable(), stable, longest);
        SequentialCounts from = wrong && !SequentialTest.settled(sequence.ended()) ? begun(criterion) : sequence;
        Counts x = since(from.seenOfCanary(), canary.total());
        Counts y = since(from.seenOfStable(), stable.total());
        return x.total() == 0 || y.total() == 0 ? from : from.plus(x, y);
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
        return new CountEvidence(canary.anew(), stable.anew(), sequence, alike);
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        // Without a failure equal numbers are nothing to wonder at: a router may split requests that evenly.
        if (alike && canary.total().failures() > 0) {
            return Judgment.overlap(canary.total(), stable.total());
        }
        if (sequence != null) {
            return sequence.glance();
        }
        Judge judge = criterion.versus().judge();
        long fewest = criterion.minRequests() > 0 ? criterion.minRequests() : CountTest.DEFAULT_MIN_REQUESTS;
        return new CountTest(
                        criterion.failures().ofFailures(judge.comparison()),
                        judge.floor(),
                        fewest,
                        criterion.failures().harm())
                .judge(canary.total(), stable.total());
    }
}
