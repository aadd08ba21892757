package io.jenkins.plugins.canary.standalone.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.standalone.cli.Cli;
import io.jenkins.plugins.canary.standalone.cli.CommandProcess;
import io.jenkins.plugins.canary.standalone.dataplane.DataPlane.Route;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Phases before the first weight, by {@code canary run} behind a real Traefik: who reaches the canary, and what users get
 * meanwhile. Of its three providers only its own copies requests. Skipped as {@link DataPlaneTest} is.
 */
class CohortAndCopiesTest {

    private static final int STAFF_PER_SECOND = 10;
    /** Seconds until a configuration is in force. */
    private static final int SETTLED = 3;
    /** Seconds in which copies are counted. */
    private static final int COUNTED = 5;

    private static final String COPIES =
            "  - { name: Copies, mirror: 50%, hold: 12s }\n  - { name: Full, weight: 100, hold: 2s }";

    @TempDir
    private Path dir;

    @BeforeEach
    void needs() {
        String missing = DataPlane.missing();
        assumeTrue(missing == null, missing);
    }

    private CommandProcess run(Path plan) throws Exception {
        return CommandProcess.start(dir, "run", plan, "--version", "v2", "--json");
    }

    private static OpenLoopClient users(DataPlane plane) {
        return new OpenLoopClient(plane.uri(), MeasuredRelease.PER_SECOND);
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void onlyTheCohortReachesTheCanaryAndNobodyLosesAnything(Route route) throws Exception {
        try (DataPlane plane = new DataPlane(route, dir);
                OpenLoopClient users = users(plane);
                OpenLoopClient others = new OpenLoopClient(plane.uri(), STAFF_PER_SECOND, "X-Canary", "never");
                OpenLoopClient staff = new OpenLoopClient(plane.uri(), STAFF_PER_SECOND, "X-Canary", "always");
                CommandProcess run = run(plane.plan("""
                          - { name: Staff, match: { header: { name: X-Canary, value: always } }, hold: 10s }
                          - { name: Full, weight: 100, hold: 2s }
                        """))) {
            Cli.Ended ended = run.end(MeasuredRelease.LONGEST).exits(0);
            assertEquals("PROMOTED", ended.json().path("outcome").asText());
            for (OpenLoopClient client : List.of(users, others, staff)) {
                client.close();
                TrafficShares seen = TrafficShares.of(client.answers(), plane.journal());
                System.out.println(route.driver() + "\n" + seen.table());
                assertEquals(List.of(), seen.lost(), seen.table());
                TrafficShares.Phase cohort = seen.phases().get(0);
                assertTrue(cohort.weight().isZero() && cohort.requests() > 20, seen.table());
                assertEquals(client == staff ? cohort.requests() : 0, cohort.canary(), seen.table());
            }
        }
    }

    @Test
    void theCanaryGetsItsShareOfCopiesAndUsersStablesAnswers() throws Exception {
        try (DataPlane plane = new DataPlane(Route.TRAEFIK, dir);
                OpenLoopClient users = users(plane);
                CommandProcess run = run(plane.plan(COPIES))) {
            run.awaits("Watching phase Copies");
            users.keepOn(SETTLED);
            long copies = plane.node.answered("api-canary");
            long answers = plane.node.answered("api");
            users.keepOn(COUNTED);
            copies = plane.node.answered("api-canary") - copies;
            answers = plane.node.answered("api") - answers;
            Cli.Ended ended = run.end(MeasuredRelease.LONGEST).exits(0);
            assertEquals("PROMOTED", ended.json().path("outcome").asText());
            TrafficShares seen = answered(users, plane);
            System.out.println(copies + " copies of " + answers + " requests\n" + seen.table());
            assertTrue(answers > 100, () -> "too few to count: " + seen.table());
            assertEquals(50, 100.0 * copies / answers, 2, "percent");
            assertEquals(List.of(), seen.lost(), seen.table());
            assertEquals(0, seen.phases().get(0).canary(), seen.table());
        }
    }

    @Test
    void aCanaryThatFailsCopiesIsRolledBackAndUsersMeetNone() throws Exception {
        try (DataPlane plane = new DataPlane(Route.TRAEFIK, dir);
                OpenLoopClient users = users(plane);
                CommandProcess run = run(plane.plan(COPIES))) {
            run.awaits("Watching phase Copies");
            plane.node.fail("v2", 0.5);
            assertRolledBackWithoutALoss(run, users, plane, "success-rate");
        }
    }

    /** With the pods' addresses as the mirror's, Traefik would drop the whole TraefikService, and answer 404 to everybody. */
    @Test
    void aCanaryWhosePodsDieInThePhaseTakesNobodysAnswerAway() throws Exception {
        try (DataPlane plane = new DataPlane(Route.TRAEFIK, dir)) {
            plane.world.edit(
                    KubeWorld.TRAEFIK_SERVICE,
                    "weighted",
                    tree -> ((ObjectNode) tree.at("/spec/weighted/services/0")).remove("nativeLB"));
            try (OpenLoopClient users = users(plane);
                    CommandProcess run = run(plane.plan(COPIES))) {
                run.awaits("Watching phase Copies");
                plane.node.takeDown("api-canary");
                assertRolledBackWithoutALoss(run, users, plane, "no ready pod");
            }
        }
    }

    private static void assertRolledBackWithoutALoss(
            CommandProcess run, OpenLoopClient users, DataPlane plane, String why) throws Exception {
        Cli.Ended ended = run.end(MeasuredRelease.LONGEST).exits(1).says(why);
        assertEquals("ROLLED_BACK", ended.json().path("outcome").asText());
        TrafficShares seen = answered(users, plane);
        System.out.println(why + "\n" + seen.table());
        assertEquals(List.of(), seen.lost(), seen.table());
        assertTrue(users.answers().stream().allMatch(a -> a.version().equals("v1")), seen.table());
        assertTrue(plane.world.get(KubeWorld.TRAEFIK_SERVICE, "weighted").spec().has("weighted"));
    }

    private static TrafficShares answered(OpenLoopClient users, DataPlane plane) throws Exception {
        users.close();
        return TrafficShares.of(users.answers(), plane.journal());
    }
}
