package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.SequentialMeans;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;

/**
 * A sequential test of a continuous metric, fed with one pair of values a window, as {@link PointEvidence} is.
 *
 * @param lastAt when the last pair was taken; at first when the clock opened
 */
record MeanEvidence(long lastAt, SequentialMeans test) implements Evidence {

    static MeanEvidence start(Criterion criterion, long at) {
        return new MeanEvidence(
                at, SequentialMeans.start(criterion.versus().judge().comparison()));
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        Double x = values.get(criterion.query(Track.CANARY));
        Double y = values.get(criterion.query(Track.STABLE));
        return x == null || y == null || at - lastAt < criterion.window().toMillis()
                ? this
                : new MeanEvidence(at, test.plus(x, y));
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        return test.judgment();
    }
}
