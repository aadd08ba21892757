package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How a rollout begins while its disk is full. */
class RolloutBeginningTest {

    private final VirtualServices clock = new VirtualServices(1);
    private final SimRouter router = new SimRouter(new Random(1), new SimPower(), 0, 0);
    private final CanaryPlan plan = SamplePlans.standard();
    private final List<RolloutEvent> written = new ArrayList<>();
    private boolean diskFull;

    private RolloutRun run() {
        Journal journal = events -> {
            if (diskFull) {
                throw new JournalException("no space left");
            }
            written.addAll(events);
        };
        return new RolloutRun(
                plan, RolloutState.empty(plan), journal, router, new FakeSource(q -> Reading.noData("")), clock);
    }

    private RolloutEvent.Started started() {
        return new RolloutEvent.Started(clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "o", "ada", Map.of());
    }

    private void begin(RolloutRun run) {
        run.begin(started());
    }

    @Test
    void nothingHappensBeforeTheBeginningIsOnDisk() throws Exception {
        diskFull = true;
        RolloutRun run = run();
        begin(run);
        clock.advance(60_000);
        assertEquals("no space left", run.journalError());
        assertEquals(List.of(), router.calls);
        Input.CommandRefused refused =
                assertThrows(Input.CommandRefused.class, () -> run.command(new Input.RollBack("ada", "enough")));
        assertTrue(refused.getMessage().contains("no space left"), refused.getMessage());

        diskFull = false;
        clock.advance(60_000);
        assertNull(run.journalError());
        assertTrue(written.get(0) instanceof RolloutEvent.Started, written.toString());
        assertEquals(List.of("shift 5% of the requests"), router.calls);
    }

    /** Also when the disk is full at first: what the preflight found comes before the first shift, and is not lost. */
    @Test
    void whatWasFoundBeforeIsWrittenBetweenTheBeginningAndTheFirstShift() {
        diskFull = true;
        RolloutRun run = run();
        run.begin(
                started(),
                List.of(at -> new RolloutEvent.Warned(at, "preflight: one"), at -> new RolloutEvent.Warned(at, "two")));
        clock.advance(60_000);
        diskFull = false;
        clock.advance(60_000);
        assertEquals(
                List.of("Started", "Warned", "Warned", "ShiftIntended"),
                Situation.kinds(written).subList(0, 4));
    }

    @Test
    void aRunThatIsLetGoOfBeforeItCouldBeginNeverBegins() {
        diskFull = true;
        RolloutRun run = run();
        begin(run);
        run.stop();
        diskFull = false;
        clock.advance(60_000);
        assertEquals(List.of(), written);
        assertEquals(List.of(), router.calls);
    }
}
