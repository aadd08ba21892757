package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.Map;

/**
 * Values of both tracks for {@link MannWhitney}, one pair a window: values whose windows overlap repeat each other, and a
 * test that takes them for independent would be surer than it may be.
 *
 * @param lastAt when the last pair was taken; at first when the clock opened, so that no window reaches before it
 */
record PointEvidence(long lastAt, Points canary, Points stable) implements Evidence {

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, Duration counted) {
        Double x = values.get(criterion.query(Track.CANARY));
        Double y = values.get(criterion.query(Track.STABLE));
        return x == null || y == null || at - lastAt < criterion.window().toMillis()
                ? this : new PointEvidence(at, canary.plus(x), stable.plus(y));
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        return MannWhitney.of(criterion.versus().judge().comparison()).judge(canary.values(), stable.values());
    }
}
