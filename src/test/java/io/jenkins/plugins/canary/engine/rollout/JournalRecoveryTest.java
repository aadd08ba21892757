package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout whose journal is lost is rolled back by what its plan and its router tell. */
class JournalRecoveryTest {

    @TempDir
    private Path dir;

    private Path file;
    private final CanaryPlan plan = SamplePlans.plan(
            List.of(SamplePlans.phase("p0", 20, Duration.ofMinutes(5), null)),
            SamplePlans.rules(),
            null,
            OnBuildEnd.HOLD);
    private final RolloutEvent.Started started = new RolloutEvent.Started(
            1_000, "r1", "api", "v2", plan.text(), AdvanceMode.STEPWISE, "job #1", "ada", Map.of());

    @BeforeEach
    void aRolloutAtItsFirstWeight() throws IOException {
        file = dir.resolve("api.jsonl");
        try (FileJournal journal = FileJournal.open(file, e -> {})) {
            journal.append(List.of(
                    started,
                    new RolloutEvent.ShiftIntended(1_001, 0, Weight.ZERO, Weight.ofPercent(20)),
                    new RolloutEvent.ShiftApplied(1_002, 0, Weight.ofPercent(20), null)));
        }
    }

    private List<RolloutEvent> events() throws IOException {
        List<RolloutEvent> read = new ArrayList<>();
        FileJournal.read(file, read::add);
        return read;
    }

    @Test
    void theOldFileIsKeptAndTheNewOneIsBeingRolledBack() throws IOException {
        Files.writeString(file, Files.readString(file).replace("\"to\":20.0", "\"to\":30.0"));
        byte[] damaged = Files.readAllBytes(file);
        assertEquals(started, JournalRecovery.began(file));
        Path kept = JournalRecovery.replace(
                file, started, "line 2 was changed", JournalRecovery.rollBack(started, "line 2 was changed", "ada"));
        assertEquals(dir.resolve("api.jsonl.damaged"), kept);
        assertArrayEquals(damaged, Files.readAllBytes(kept));
        assertEquals(new RolloutEvent.JournalLost(1_000, "line 2 was changed", "api.jsonl.damaged"), events().get(1));
        RolloutState state = RolloutState.of(plan, events());
        assertEquals(Status.ROLLING_BACK, state.status(plan));
        assertTrue(state.position().everShifted(), "nobody knows that it was not");
        Files.writeString(file, "no journal\n");
        assertEquals(
                dir.resolve("api.jsonl.damaged-2"),
                JournalRecovery.replace(file, started, "again", JournalRecovery.rollBack(started, "again", null)));
    }

    @Test
    void aMissingJournalIsReplacedToo() throws IOException {
        Files.delete(file);
        assertNull(JournalRecovery.replace(
                file, started, "it is missing", JournalRecovery.rollBack(started, "it is missing", null)));
        assertEquals(3, events().size());
    }

    @Test
    void aJournalInUseIsLeftAlone() throws IOException {
        try (FileJournal held = FileJournal.open(file, e -> {})) {
            assertEquals(3, held.seq());
            JournalException e = assertThrows(
                    JournalException.class,
                    () -> JournalRecovery.replace(
                            file,
                            started,
                            "it only seems so",
                            JournalRecovery.rollBack(started, "it only seems so", null)));
            assertTrue(e.getMessage().contains("in use"), e.getMessage());
        }
        assertEquals(3, events().size());
        assertEquals(List.of("api.jsonl", "api.jsonl.head"), names());
    }

    private List<String> names() throws IOException {
        try (var all = Files.list(dir)) {
            return all.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** The router is deaf for an hour, and the process dies at every call: it is asked until it has obeyed. */
    @Test
    void itIsAskedForUntilWeightZeroWasReadBack() throws IOException {
        Files.delete(file);
        JournalRecovery.replace(
                file, started, "it is missing", JournalRecovery.rollBack(started, "it is missing", null));
        VirtualServices clock = new VirtualServices(7);
        SimRouter router = new SimRouter(new Random(7), new SimPower(), 1, 0);
        router.weight = Weight.ofPercent(20);
        SimService service = new SimService(clock, new Random(7), 0, at -> false);
        FileJournal journal = FileJournal.reopen(file, e -> {});
        RolloutRun run = new RolloutRun(plan, RolloutState.of(plan, events()), journal, router, service, clock);
        run.resume();
        clock.advance(3_600_000);
        assertEquals(Status.ROLLING_BACK, run.state().status(plan));
        router.faulty = false;
        clock.advance(60_000);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
        assertEquals(Weight.ZERO, router.weight);
        assertTrue(
                run.state().ended().reason().contains("journal was lost: it is missing"),
                run.state().ended().reason());
        journal.close();
        assertEquals(run.state(), RolloutState.of(plan, events()));
    }
}
