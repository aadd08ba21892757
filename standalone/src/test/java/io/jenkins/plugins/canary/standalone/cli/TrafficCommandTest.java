package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router by hand, where no cluster is: what is typed, what is moved, and what the journal says of it. */
class TrafficCommandTest {

    @TempDir
    private Path dir;

    private LocalRelease release;
    private Path plan;

    @BeforeEach
    void start() throws Exception {
        release = new LocalRelease(dir);
        plan = release.plan();
    }

    @AfterEach
    void stop() {
        release.close();
    }

    private List<RolloutEvent> journal() throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(release.journal(), events::add);
        return events;
    }

    @Test
    void lookingChangesAndWritesNothing() {
        release.weighs(12.5);
        Cli.run("traffic", plan, "observe").exits(0).says("weight    12.5%", "promoted  no");
        assertEquals(Weight.ofPercent(12.5), release.weight());
        assertFalse(Files.exists(release.journal()));
    }

    @Test
    void aShiftIsReadBackAndWrittenDown() throws Exception {
        Cli.run("traffic", plan, "shift", "10", "--version", "v2").exits(0).says("the canary has 10% of the requests");
        assertEquals(Weight.ofPercent(10), release.weight());
        List<RolloutEvent> events = journal();
        assertTrue(
                events.get(0) instanceof RolloutEvent.Started s && s.version().equals("v2"), events.toString());
        assertTrue(events.get(1) instanceof RolloutEvent.Warned w && w.message().contains("shift to 10%"));
        assertTrue(
                events.get(2) instanceof RolloutEvent.WeightFound f && f.found().equals(Weight.ofPercent(10)));
    }

    @Test
    void theNextMoveGoesOnInTheSameJournalAndKnowsTheVersion() throws Exception {
        Cli.run("traffic", plan, "shift", "10", "--version", "v2").exits(0);
        Cli.run("traffic", plan, "shift", "20%").exits(0);
        Cli.run("traffic", plan, "rollback").exits(0).says("rolled back");
        assertEquals(Weight.ZERO, release.weight());
        List<RolloutEvent> events = journal();
        assertEquals(
                1,
                events.stream().filter(RolloutEvent.Started.class::isInstance).count());
        assertTrue(events.get(events.size() - 1) instanceof RolloutEvent.Ended e && e.outcome() == Outcome.ROLLED_BACK);
    }

    @Test
    void aPromotionEndsTheJournal() throws Exception {
        Cli.run("traffic", plan, "promote", "v2").exits(0).says("v2 is the stable version");
        assertEquals(Weight.FULL, release.weight());
        List<RolloutEvent> events = journal();
        assertTrue(events.get(events.size() - 1) instanceof RolloutEvent.Ended e && e.outcome() == Outcome.PROMOTED);
    }

    @Test
    void whatIsWrongIsSaidAndNothingMoves() {
        Cli.run("traffic", plan, "shift").exits(2).says("the weight is missing");
        Cli.run("traffic", plan, "shift", "110", "--version", "v2").exits(2).says("'110' is not a weight");
        Cli.run("traffic", plan, "shift", "10").exits(2).says("add --version V");
        Cli.run("traffic", plan, "promote").exits(2).says("the version is missing");
        Cli.run("traffic", plan, "rollback", "now").exits(2).says("takes no value");
        Cli.run("traffic", plan, "halt").exits(2).says("there is no 'halt'", "observe, shift, promote, rollback");
        assertEquals(Weight.ZERO, release.weight());
    }

    @Test
    void aRouterThatIsAwayIsSaid() {
        release.close();
        Cli.run("traffic", plan, "shift", "10", "--version", "v2", "--timeout", "1s")
                .exits(3)
                .says("traffic.local");
    }

    @Test
    void aRunningRolloutKeepsItsJournalToItself() throws Exception {
        release.weighs(20);
        try (FileJournal held = FileJournal.open(release.journal(), e -> {})) {
            Cli.run("traffic", plan, "shift", "10", "--version", "v2").exits(3).says("is in use");
            assertEquals(Weight.ofPercent(20), release.weight());
            Cli.run("traffic", plan, "rollback").exits(0).says("not written down", "rolled back");
            assertEquals(0, held.seq());
        }
    }
}
