package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command stays after the promotion for as long as the plan watches, and goes on with that when it is started again. */
class WatchCommandTest {

    @TempDir
    private Path dir;

    private HaproxyRelease release;

    @BeforeEach
    void start() throws Exception {
        release = new HaproxyRelease(dir);
    }

    @AfterEach
    void stop() throws Exception {
        if (release != null) {
            release.close();
        }
    }

    private Cli.Ended watchedAndStopped(Path plan) throws Exception {
        try (CommandProcess command = CommandProcess.start(dir, "run", plan, "--version", "v2", "--json")) {
            command.awaits("v2 is promoted and on watch");
            command.stop();
            return command.end().exits(143).says("promoted; the watch is not complete");
        }
    }

    @Test
    void stoppingItTakesNothingBackAndStartingItAgainGoesOn() throws Exception {
        Path plan = release.plan(release.haproxy().adminSocket(), "1s");
        Files.writeString(plan, "\nwatch: { for: 1h, onBreach: rollback }\n", StandardOpenOption.APPEND);
        watchedAndStopped(plan);
        assertEquals(0, release.haproxyWeight("stable"), "the new version keeps everything");
        watchedAndStopped(plan).says("going on with rollout shop-");
        assertEquals(0, release.haproxyWeight("stable"));
        assertEquals(1, release.counted(RolloutEvent.WatchStarted.class));
        assertEquals(1, release.counted(RolloutEvent.Resumed.class));
        assertEquals(0, release.counted(RolloutEvent.Ended.class));
    }
}
