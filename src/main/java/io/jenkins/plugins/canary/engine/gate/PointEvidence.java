package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;

/**
 * Values of both tracks for {@link MannWhitney}, one pair a window: values whose windows overlap repeat each other, and a
 * test that takes them for independent would be surer than it may be.
 *
 * <p>A pair of which one side is missing is left out, unless the plan says what a missing value stands for.
 *
 * @param lastAt when the last pair was taken; at first when the clock opened, so that no window reaches before it
 */
record PointEvidence(long lastAt, Points canary, Points stable) implements Evidence {

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        Double x = values.get(criterion.query(Track.CANARY));
        Double y = values.get(criterion.query(Track.STABLE));
        boolean known = x != null && y != null || (x != null || y != null) && criterion.knowsMissing();
        return !known || at - lastAt < criterion.window().toMillis()
                ? this
                : new PointEvidence(at, canary.plus(orNaN(x)), stable.plus(orNaN(y)));
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        return criterion
                .versus()
                .judge()
                .ranks()
                .test(criterion.versus().judge().comparison())
                .judge(canary.values(), stable.values());
    }
}
