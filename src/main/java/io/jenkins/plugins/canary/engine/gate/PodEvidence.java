package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.PodSpread;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The evidence of a comparison of latency whose pods are told apart, and beside it how much stable's pods differ, one reading
 * a window. A difference is harm when it is more than few pods of one version may differ by.
 *
 * @param test what the comparison itself has gathered
 * @param lastAt when the pods were last read; at first when the clock opened, so that no window reaches before it
 * @param ratio how many times as slow the canary has been since the test says harm; where the test is of latency
 */
record PodEvidence(Evidence test, long lastAt, PodSpread pods, LatencyRatio ratio) implements Evidence {

    static PodEvidence start(Evidence test, long at) {
        return new PodEvidence(test, at, PodSpread.NONE, LatencyRatio.NONE);
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        Evidence next = test.tick(criterion, at, values, counted);
        PodSpread spread = isDue(criterion, at)
                ? pods.plus(ofPods(criterion, Track.CANARY, values), ofPods(criterion, Track.STABLE, values))
                : pods;
        boolean asked = !criterion.asksHowMuchSlower()
                && next.judgment(criterion).verdict().harm();
        return new PodEvidence(
                next, spread == pods ? lastAt : at, spread, asked ? ratio.plus(criterion, values) : LatencyRatio.NONE);
    }

    @Override
    public Set<MetricQuery> asks(Criterion criterion, long at) {
        return isDue(criterion, at) ? criterion.podQueries() : Set.of();
    }

    private boolean isDue(Criterion criterion, long at) {
        return at - lastAt >= criterion.window().toMillis();
    }

    /** Requests without the label, and pods that are not looked at by themselves, are no pod. */
    private static Map<String, Double> ofPods(Criterion criterion, Track track, Map<MetricQuery, Double> values) {
        MetricQuery asked = criterion.latencyOfPods(track);
        Map<String, Double> pods = new HashMap<>();
        values.forEach((query, value) -> {
            String pod = query.part();
            if (pod != null && !pod.equals(Breakdown.OTHERS) && query.equals(asked.part(pod))) {
                pods.put(pod, value);
            }
        });
        return pods;
    }

    @Override
    public Evidence anew() {
        return new PodEvidence(test.anew(), lastAt, pods, ratio);
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        return test.judgment(criterion);
    }

    @Override
    public double timesSlower() {
        return ratio.ticks() == 0 ? test.timesSlower() : ratio.times();
    }
}
