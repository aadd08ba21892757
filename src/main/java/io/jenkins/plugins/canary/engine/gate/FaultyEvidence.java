package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Map;

/**
 * Evidence to which the last tick could not be added. What was gathered before is kept and goes on with the next tick; until
 * then nothing is judged by it, since it does not hold what the criterion has just read.
 *
 * @param reason for people
 */
record FaultyEvidence(Evidence before, String reason) implements Evidence {

    /** One tick more, which may fail, for this criterion only. */
    static Evidence next(
            Evidence evidence, Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        try {
            return evidence.tick(criterion, at, values, counted);
        } catch (RuntimeException | StackOverflowError fault) {
            return new FaultyEvidence(evidence instanceof FaultyEvidence f ? f.before : evidence, fault.toString());
        }
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        return before.tick(criterion, at, values, counted);
    }

    @Override
    public Evidence anew() {
        return new FaultyEvidence(before.anew(), reason);
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        throw new IllegalStateException(reason);
    }
}
