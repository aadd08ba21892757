package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenTickTest {

    /** The pods of a baseline are as young as the canary's. */
    @Test
    void aBaselineStandsForStableAndHasNoPast() {
        MetricQuery now = new MetricQuery(Criterion.REQUESTS, Track.STABLE, Duration.ofMinutes(1));
        MetricQuery past = now.past(Duration.ofHours(1));
        OpenTick.Question question = new OpenTick.Question(0, Set.of(now, past), null, true, true, 0, 15_000, 15_000);
        assertEquals(Set.of(now.of(Track.BASELINE), past), question.asked());
    }
}
