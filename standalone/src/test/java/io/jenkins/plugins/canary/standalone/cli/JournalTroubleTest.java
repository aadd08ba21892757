package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal that {@code canary run} finds: open, torn, edited, somebody else's. */
class JournalTroubleTest {

    @TempDir
    private Path dir;

    private LocalRelease release;
    private Path plan;

    @BeforeEach
    void aRolloutThatStoppedInItsFirstPhase() throws Exception {
        release = new LocalRelease(dir);
        plan = release.plan();
        try (FileJournal journal = FileJournal.open(release.journal(), e -> {})) {
            long then = System.currentTimeMillis() - 60_000;
            journal.append(List.of(
                    new RolloutEvent.Started(
                            then,
                            "shop-1",
                            "shop",
                            "v2",
                            Files.readString(plan),
                            AdvanceMode.AUTOMATIC,
                            "canary run by ada",
                            "ada",
                            Map.of()),
                    new RolloutEvent.ShiftIntended(then + 1, 0, Weight.ZERO, Weight.ofPercent(20)),
                    new RolloutEvent.ShiftApplied(then + 2, 0, Weight.ofPercent(20), null)));
        }
        release.weighs(20);
    }

    @AfterEach
    void stop() {
        release.close();
    }

    private Cli.Ended run(Object... more) {
        List<Object> typed = new ArrayList<>(List.of("run", plan, "--version", "v2", "--json"));
        typed.addAll(List.of(more));
        return Cli.run(typed.toArray());
    }

    private void refuses(int exit, String... said) throws Exception {
        byte[] before = Files.readAllBytes(release.journal());
        Cli.Ended end = run().exits(exit).says(said);
        assertEquals("FAILED", end.json().path("outcome").asText());
        assertArrayEquals(before, Files.readAllBytes(release.journal()), "nothing was lost");
        assertEquals(Weight.ofPercent(20), release.weight(), "nothing was shifted");
    }

    @Test
    void aTornLastLineIsGoneOnAfter() throws Exception {
        Files.writeString(release.journal(), "{\"seq\":4,\"prev\":\"00", StandardOpenOption.APPEND);
        Cli.Ended end = run().exits(0).says("going on with rollout shop-1");
        assertEquals("PROMOTED", end.json().path("outcome").asText());
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(release.journal(), events::add);
        assertEquals(
                1,
                events.stream()
                        .filter(e -> e instanceof RolloutEvent.ShiftIntended s && s.phase() == 0)
                        .count());
        assertTrue(events.get(events.size() - 1) instanceof RolloutEvent.Ended);
    }

    @Test
    void anEditedLineIsNamed() throws Exception {
        String text = Files.readString(release.journal());
        Files.writeString(release.journal(), text.replace("\"to\":20.0", "\"to\":90.0"));
        refuses(
                3,
                release.journal().toString(),
                "damaged at line 2",
                "restore the file from a backup",
                "canary traffic PLAN rollback");
    }

    @Test
    void linesCutOffAndAMissingFileAreNoNewBeginning() throws Exception {
        List<String> lines = Files.readAllLines(release.journal());
        Files.write(release.journal(), lines.subList(0, 1));
        refuses(3, "damaged at line 2", "every line to number 3", "canary traffic PLAN rollback");
        Files.delete(release.journal());
        run().exits(3).says("is missing, and a rollout began in it", "canary traffic PLAN rollback");
        assertEquals(Weight.ofPercent(20), release.weight(), "nothing was shifted");
    }

    /** The way out that the refusal names: roll back, and the next release begins. */
    @Test
    void aRollBackNeedsNoJournalAndMakesRoomForTheNext() throws Exception {
        String damaged = Files.readString(release.journal()).replace("\"to\":20.0", "\"to\":90.0");
        Files.writeString(release.journal(), damaged);
        run().exits(3);
        Cli.run("traffic", plan, "rollback").exits(0).says("damaged at line 2", "rolled back");
        assertEquals(Weight.ZERO, release.weight());
        Path kept = release.journal().resolveSibling(release.journal().getFileName() + ".damaged");
        assertEquals(damaged, Files.readString(kept), "the evidence is kept");
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(release.journal(), events::add);
        assertTrue(
                events.get(0) instanceof RolloutEvent.Started s
                        && s.rollout().equals("shop-1")
                        && s.version().equals("v2"),
                events.toString());
        assertTrue(
                events.get(1) instanceof RolloutEvent.JournalLost l
                        && l.reason().contains("damaged at line 2"),
                events.toString());
        assertEquals(
                1,
                events.stream()
                        .filter(RolloutEvent.RollbackIntended.class::isInstance)
                        .count());
        assertTrue(
                events.get(events.size() - 1) instanceof RolloutEvent.Ended e
                        && e.outcome() == io.jenkins.plugins.canary.engine.rollout.Outcome.ROLLED_BACK,
                events.toString());
        run().exits(0).says("rollout shop-");
    }

    @Test
    void aFileThatIsNoJournalIsLeftAlone() throws Exception {
        Files.writeString(release.journal(), "Dear diary\n");
        refuses(3, "damaged at line 1", "it is not a journal line");
    }

    @Test
    void aJournalWithoutABeginningIsLeftAlone() throws Exception {
        release.forgets();
        try (FileJournal journal = FileJournal.open(release.journal(), e -> {})) {
            journal.append(List.of(new RolloutEvent.Warned(1, "hello")));
        }
        refuses(3, "does not start with the start of a rollout", "move it away");
    }

    @Test
    void anotherVersionWaitsForTheOpenOne() throws Exception {
        byte[] before = Files.readAllBytes(release.journal());
        Cli.run("run", plan, "--version", "v3")
                .exits(2)
                .says("a rollout of v2 is still open", release.journal().toString(), "--version v2");
        assertArrayEquals(before, Files.readAllBytes(release.journal()));
    }

    @Test
    void aJournalInUseIsLeftToItsUser() throws Exception {
        try (FileJournal other = FileJournal.open(release.journal(), e -> {})) {
            assertEquals(3, other.seq());
            run().exits(3).says("is in use", "wait for it to end or name another journal");
        }
    }

    @Test
    void aPlaceWhereNoJournalCanBe() throws Exception {
        run("--journal", Files.createDirectory(dir.resolve("folder"))).exits(3).says("folder", "cannot be opened");
    }

    @Test
    void anEndedRolloutIsPutAsideUnderItsOwnName() throws Exception {
        run().exits(0);
        byte[] first = Files.readAllBytes(release.journal());
        release.weighs(0);
        run().exits(0).says("rollout shop-");
        assertArrayEquals(first, Files.readAllBytes(release.journal().resolveSibling("shop-1.jsonl")));
    }

    @Test
    void aCanaryThatHasTrafficAlreadyIsNotBegunWith() throws Exception {
        release.forgets();
        run().exits(3).says("the canary gets 20% of the requests already", "set its weight to 0");
        assertEquals(Weight.ofPercent(20), release.weight());
    }

    @Test
    void aRouterThatIsNotThereIsNamed() throws Exception {
        release.forgets();
        release.close();
        run().exits(3).says("traffic.local", "the proxy at http://127.0.0.1:", "does not answer");
    }

    @Test
    void aTakenPortStartsNothing() throws Exception {
        byte[] before = Files.readAllBytes(release.journal());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            run("--port", taken.getLocalPort()).exits(3).says("port " + taken.getLocalPort(), "choose another port");
        }
        assertArrayEquals(before, Files.readAllBytes(release.journal()));
        run().exits(0).says("going on with rollout shop-1");
    }
}
