package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code canary run} as a process that is killed or stopped in the middle of a rollout. */
class KilledCommandTest {

    @TempDir
    private Path dir;

    private HaproxyRelease release;
    private HoldingSocket socket;

    @BeforeEach
    void start() throws Exception {
        release = new HaproxyRelease(dir);
        socket = new HoldingSocket(release.haproxy());
    }

    @AfterEach
    void stop() throws Exception {
        if (socket != null) {
            socket.close();
        }
        if (release != null) {
            release.close();
        }
    }

    private CommandProcess command(Path plan) throws Exception {
        return CommandProcess.start(dir, "run", plan, "--version", "v2", "--json");
    }

    private List<String> killedDuringTheFirstShift(Path plan, HoldingSocket.Mode mode) throws Exception {
        socket.mode(mode);
        try (CommandProcess first = command(plan)) {
            Poll.until("the router is asked for a weight", () -> socket.shifts().size() == 1, first::toString);
            first.kill();
        }
        List<RolloutEvent> journal = release.journal();
        assertTrue(
                journal.get(journal.size() - 1) instanceof RolloutEvent.ShiftIntended
                        || journal.get(journal.size() - 1) instanceof RolloutEvent.Ticked,
                journal.toString());
        assertEquals(1, release.counted(RolloutEvent.ShiftIntended.class), "the intent was on disk before the call");
        assertEquals(0, release.counted(RolloutEvent.ShiftApplied.class));
        socket.mode(HoldingSocket.Mode.PASS);
        return List.copyOf(socket.shifts());
    }

    private void goesOnToTheEnd(Path plan) throws Exception {
        try (CommandProcess second = command(plan)) {
            Cli.Ended end = second.end().exits(0).says("going on with rollout shop-");
            assertEquals("PROMOTED", end.json().path("outcome").asText());
        }
        assertEquals(1, release.counted(RolloutEvent.Resumed.class));
        assertEquals(3, release.counted(RolloutEvent.ShiftIntended.class));
        assertEquals(3, release.counted(RolloutEvent.ShiftApplied.class));
        assertEquals(1, release.counted(RolloutEvent.Ended.class));
        assertEquals(0, release.haproxyWeight("stable"));
    }

    @Test
    void aShiftThatTheRouterTookIsNotAskedForAgain() throws Exception {
        Path plan = release.plan(socket.address(), "2s");
        List<String> asked = killedDuringTheFirstShift(plan, HoldingSocket.Mode.SWALLOW_ANSWER);
        assertTrue(release.haproxyWeight("canary") > 0, "HAProxy has the weight already");
        goesOnToTheEnd(plan);
        assertEquals(
                1,
                socket.shifts().stream().filter(asked.get(0)::equals).count(),
                socket.shifts().toString());
    }

    @Test
    void aShiftThatTheRouterNeverGotIsAskedForOnceMore() throws Exception {
        Path plan = release.plan(socket.address(), "2s");
        List<String> asked = killedDuringTheFirstShift(plan, HoldingSocket.Mode.SWALLOW_COMMAND);
        assertEquals(0, release.haproxyWeight("canary"));
        goesOnToTheEnd(plan);
        assertEquals(
                2,
                socket.shifts().stream().filter(asked.get(0)::equals).count(),
                socket.shifts().toString());
    }

    @Test
    void aStoppedCommandTakesTheCanaryBackBeforeItGoes() throws Exception {
        Path plan = release.plan(socket.address(), "5m");
        try (CommandProcess command = command(plan)) {
            command.awaits("Watching phase First");
            assertTrue(release.haproxyWeight("canary") > 0);
            command.stop();
            Cli.Ended end = command.end().exits(143);
            assertEquals("ROLLED_BACK", end.json().path("outcome").asText());
            assertTrue(end.json().path("reason").asText().contains("the command was stopped"), end.toString());
        }
        assertEquals(0, release.haproxyWeight("canary"));
        List<RolloutEvent> journal = release.journal();
        assertTrue(
                journal.get(journal.size() - 1) instanceof RolloutEvent.Ended e && e.outcome() == Outcome.ROLLED_BACK,
                journal.toString());
    }
}
