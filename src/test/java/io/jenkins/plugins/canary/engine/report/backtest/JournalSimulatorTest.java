package io.jenkins.plugins.canary.engine.report.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.Measured;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalSimulatorTest {

    @TempDir
    private Path dir;

    private static CanaryPlan plan(String max) throws Exception {
        return PlanReader.read("""
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: First, weight: 5, hold: 1m }
                gate: [ { metric: error-rate, max: MAX } ]
                abort: [ { metric: error-rate, max: MAX } ]
                """.replace("MAX", max));
    }

    /** Ten ticks with an error rate of 2%, after which it was taken back. */
    private Path journal() throws Exception {
        Path file = dir.resolve("r7.jsonl");
        List<RolloutEvent> events = new ArrayList<>(List.of(
                new RolloutEvent.Started(1_000, "r7", "api", "v2", "", AdvanceMode.AUTOMATIC, "", "", Map.of()),
                new RolloutEvent.ShiftIntended(1_000, 0, Weight.ZERO, Weight.ofPercent(5)),
                new RolloutEvent.ShiftApplied(1_000, 0, Weight.ofPercent(5), null)));
        for (int tick = 1; tick <= 10; tick++) {
            events.add(new RolloutEvent.Ticked(
                    1_000 + tick * 15_000,
                    0,
                    List.of(new Measured(Metric.of("error-rate"), Track.CANARY, 60_000, 0.02, Reading.Status.OK, null)),
                    List.of(),
                    List.of(),
                    null,
                    null,
                    null,
                    null));
        }
        events.add(new RolloutEvent.Ended(200_000, Outcome.ROLLED_BACK, "too many errors", Weight.ZERO));
        try (FileJournal journal = FileJournal.open(file, e -> {})) {
            journal.append(events);
        }
        return file;
    }

    @Test
    void theSamePlanEndsTheSame() throws Exception {
        JournalSimulator.Answer answer = JournalSimulator.of(journal(), plan("1%"));
        assertEquals(
                new JournalSimulator.Answer(
                        "r7",
                        Outcome.ROLLED_BACK,
                        "too many errors",
                        Outcome.ROLLED_BACK,
                        "error-rate is 2%, above the maximum of 1%"),
                answer);
        assertTrue(answer.same());
    }

    @Test
    void aLooserPlanWouldHavePromoted() throws Exception {
        JournalSimulator.Answer answer = JournalSimulator.of(journal(), plan("3%"));
        assertEquals(Outcome.PROMOTED, answer.would());
        assertFalse(answer.same());
    }
}
