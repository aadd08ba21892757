package io.jenkins.plugins.canary.engine.judge;

/**
 * A comparison that may be looked at every tick: over all looks together it calls harm wrongly with a probability of at
 * most 1 - confidence, whenever it stops. It ends early both ways: HIGH or LOW once the interval lies beyond the
 * tolerance, PASS once it lies within. Until then it is NODATA, for neither has been shown. Harm, once shown, stays; a pass
 * stays until harm is shown after all, as a release may turn bad late, and the promise holds for that too.
 * Implementations are immutable: adding a tick gives a new one, so that a rollout's state is a fold.
 */
public sealed interface SequentialTest permits SequentialCounts, SequentialMeans {

    /** The verdict as of the last tick added. */
    Judgment judgment();

    /** PASS, HIGH or LOW once shown; null while undecided. */
    Verdict ended();

    /** Whether nothing that comes can change the verdict. */
    static boolean settled(Verdict ended) {
        return ended != null && ended.harm();
    }

    /** The verdict after one more tick. */
    static Verdict later(Verdict before, Verdict now) {
        return settled(before) || now == null ? before : now;
    }
}
