package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code canary run} from end to end: real requests through a real HAProxy, judged by what a real Prometheus saw. */
class HaproxyReleaseTest {

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

    @Test
    void aGoodVersionIsPromoted() throws Exception {
        Cli.Ended end =
                Cli.run("run", release.plan(), "--version", "v2", "--json").exits(0);
        JsonNode json = end.json();
        assertEquals("PROMOTED", json.path("outcome").asText());
        assertEquals(3, json.path("phases").size());
        json.path("phases").forEach(p -> assertEquals("PASSED", p.path("state").asText(), json.toString()));
        assertTrue(json.path("reactionMillis").isNull());
        assertTrue(json.path("requests").path("canary").asLong() > 100, json.toString());
        assertTrue(json.path("requests").path("stable").asLong() > 100, json.toString());
        assertEquals(0, release.haproxyWeight("stable"));
        assertTrue(release.haproxyWeight("canary") > 0);
        assertEquals(3, release.counted(RolloutEvent.ShiftIntended.class));
    }

    @Test
    void aBadVersionIsTakenBackAndTheReasonSaysWhy() throws Exception {
        release.breaks();
        Cli.Ended end =
                Cli.run("run", release.plan(), "--version", "v2", "--json").exits(1);
        JsonNode json = end.json();
        assertEquals("ROLLED_BACK", json.path("outcome").asText());
        String reason = json.path("reason").asText();
        assertTrue(reason.matches("error-rate is [0-9.]+%, above the maximum of 10%.*"), reason);
        assertEquals(0, release.haproxyWeight("canary"));
        assertTrue(release.haproxyWeight("stable") > 0);
        assertTrue(json.path("reactionMillis").asLong() < 10_000, json.toString());
        List<RolloutEvent> journal = release.journal();
        assertTrue(journal.get(journal.size() - 1) instanceof RolloutEvent.Ended e
                && e.weight().isZero());
        end.says("error-rate is");
    }

    @Test
    void anOutageOfPrometheusIsWaitedFor() throws Exception {
        Cli.Running run =
                Cli.start("run", release.plan(release.haproxy().adminSocket(), "6s"), "--version", "v2", "--json");
        run.awaits("The gate of phase First passed");
        run.awaits("Watching phase Half");
        release.killPrometheus();
        run.awaits("nothing accepts connections there; nothing advances until there is data");
        int held = release.haproxyWeight("canary");
        long ticks = release.counted(RolloutEvent.Ticked.class);
        Poll.until("four ticks without data", () -> release.counted(RolloutEvent.Ticked.class) >= ticks + 4);
        assertEquals(held, release.haproxyWeight("canary"), "it neither advances nor goes back");
        release.restartPrometheus();
        Cli.Ended end = run.end().exits(0);
        assertEquals("PROMOTED", end.json().path("outcome").asText());
        assertEquals(0, release.counted(RolloutEvent.RollbackIntended.class));
        assertEquals(3, release.counted(RolloutEvent.ShiftIntended.class));
    }
}
