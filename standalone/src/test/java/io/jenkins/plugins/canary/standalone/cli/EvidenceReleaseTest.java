package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.standalone.demo.Behaviour;
import io.jenkins.plugins.canary.standalone.demo.DemoLoad;
import io.jenkins.plugins.canary.standalone.demo.DemoStack;
import io.jenkins.plugins.canary.standalone.demo.Scenario;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code canary run} with the plans of docs/metrics: what a real system says of real requests decides the rollout. */
class EvidenceReleaseTest {

    private static final Behaviour GOOD = Behaviour.steady(0, 0.03, 0.25);
    /** Every second answer an error, and slow. */
    private static final Behaviour BAD = Behaviour.steady(0.5, 1.4, 0.1);

    @TempDir
    private Path dir;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private volatile Behaviour behaviour = GOOD;
    private DemoStack stack;

    @BeforeEach
    void startTheDemo() throws Exception {
        stack = new DemoStack(
                GOOD,
                (minutes, random) -> behaviour.answer(minutes, random),
                Scenario.HEALTHY,
                1,
                new DemoLoad.Settings(200, 400, 1, Duration.ofMinutes(5)));
        open.push(stack);
    }

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHealthyIsPromotedAndTheBadTakenBack(EvidenceSystem system) throws Exception {
        URI server = system.start(Files.createDirectory(dir.resolve("server")), stack, open);

        JsonNode promoted = release(system.plan(server, stack.controlUrl(), "3s"), "healthy", 0);
        assertEquals("PROMOTED", promoted.path("outcome").asText(), promoted.toString());
        assertEquals(Weight.FULL, stack.proxy().state().weight());

        stack.proxy().shift(Weight.ZERO);
        Poll.until("stable has all requests", () -> stack.proxy().state().drained());
        behaviour = BAD;
        JsonNode takenBack = release(system.plan(server, stack.controlUrl(), "2m"), "bad", 1);
        assertEquals("ROLLED_BACK", takenBack.path("outcome").asText(), takenBack.toString());
        String reason = takenBack.path("reason").asText();
        assertTrue(reason.matches(system.reason()), reason);
        assertEquals(Weight.ZERO, stack.proxy().state().weight());
    }

    private JsonNode release(String plan, String name, int exit) throws Exception {
        Path file = Files.writeString(Files.createDirectory(dir.resolve(name)).resolve("plan.yaml"), plan);
        return Cli.run("run", file, "--version", DemoStack.CANARY_VERSION, "--json")
                .exits(exit)
                .json();
    }
}
