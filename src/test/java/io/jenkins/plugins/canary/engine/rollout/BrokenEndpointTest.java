package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.read.PlanTexts;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A rollout whose release breaks one endpoint of twenty. */
class BrokenEndpointTest {

    private static final String RULE =
            "{ metric: error-rate, by: route, versusStable: { test: sequential, tolerance: 25% } }";

    private boolean broken = true;

    private Reading read(MetricQuery query) {
        if (query.by() == null) {
            return FakeSource.service(query, 0.002);
        }
        Map<String, Double> parts = new HashMap<>();
        for (int route = 0; route < 20; route++) {
            boolean fails = broken && route == 7 && query.track() == Track.CANARY;
            double requests = query.window().toSeconds() * (query.track() == Track.CANARY ? 2.0 : 18);
            parts.put("/r" + route, query.metric().name().equals("requests") ? requests : fails ? 0.2 : 0.002);
        }
        return Reading.of(query.by(), parts);
    }

    private CanaryPlan plan() throws Exception {
        return PlanReader.read(PlanTexts.SOUND.replaceAll("(?s)abort:.*cap:", "abort:\n  - " + RULE + "\ncap:"));
    }

    @Test
    void isTakenBackAndTheEndpointIsNamed() throws Exception {
        CountingRelease release = new CountingRelease(plan(), AdvanceMode.AUTOMATIC, this::read);
        release.pass(10 * CountingRelease.MINUTE);
        RolloutEvent.RollbackIntended back =
                release.written(RolloutEvent.RollbackIntended.class).get(0);
        assertTrue(back.reason().contains("error-rate by route: /r7: 20% against 0.2"), back.reason());
    }

    @Test
    void aGoodOneGoesOnAlsoAfterARestart() throws Exception {
        broken = false;
        CountingRelease release = new CountingRelease(plan(), AdvanceMode.AUTOMATIC, this::read);
        release.pass(2 * CountingRelease.MINUTE);
        release.restart(30_000);
        assertEquals(0, release.written(RolloutEvent.RollbackIntended.class).size());
        broken = true;
        release.pass(10 * CountingRelease.MINUTE);
        assertTrue(release.written(RolloutEvent.RollbackIntended.class)
                .get(0)
                .reason()
                .contains("/r7"));
    }

    /** What a tick read is in its line, so that whoever reads the journal decides the same. */
    @Test
    void theJournalReproducesTheEvidence() throws Exception {
        broken = false;
        CountingRelease release = new CountingRelease(plan(), AdvanceMode.AUTOMATIC, this::read);
        release.pass(90_000);
        RolloutState live = release.run.state();
        List<RolloutEvent> again = new ArrayList<>();
        for (RolloutEvent event : release.written) {
            again.add(JournalCodec.decode(JournalCodec.encode(1, JournalCodec.GENESIS, event))
                    .event());
        }
        assertEquals(release.written, again);
        assertEquals(live.evidence(), RolloutState.of(release.plan, again).evidence());
        RolloutEvent.Ticked last = release.written(RolloutEvent.Ticked.class).get(5);
        assertTrue(
                last.readings().stream()
                        .anyMatch(m -> m.parts() != null && m.parts().size() == 20),
                last.toString());
    }
}
