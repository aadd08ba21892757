package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;

/**
 * What a comparison with the stable track, or a trend, has gathered since the phase's clock opened. Immutable; equal ticks give equal
 * evidence, so that it is reproduced from the journal.
 */
public sealed interface Evidence permits PointEvidence, MeanEvidence, CountEvidence, TrendEvidence, FaultyEvidence {

    /**
     * Nothing yet.
     *
     * @param criterion one that {@link Criterion#gathers}
     * @param at when the clock opened, milliseconds since the epoch
     */
    static Evidence start(Criterion criterion, long at) {
        if (criterion.trend() != null) {
            return TrendEvidence.start(at);
        }
        return switch (criterion.versus().judge().test()) {
            case MANN_WHITNEY -> new PointEvidence(at, Points.NONE, Points.NONE);
            case COUNTS -> CountEvidence.start();
            case SEQUENTIAL ->
                criterion.counts() ? CountEvidence.sequential(criterion) : MeanEvidence.start(criterion, at);
        };
    }

    /**
     * Folds one tick.
     *
     * @param values what was read, without what could not be
     * @param counted the window of the counting queries, and what bounds them; null when there were none
     */
    Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted);

    /** From here on the counting queries count from a later moment. */
    default Evidence anew() {
        return this;
    }

    Judgment judgment(Criterion criterion);
}
