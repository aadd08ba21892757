package io.jenkins.plugins.canary.standalone.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.standalone.cli.Cli;
import io.jenkins.plugins.canary.standalone.cli.CommandProcess;
import io.jenkins.plugins.canary.standalone.dataplane.DataPlane.Route;
import io.jenkins.plugins.canary.standalone.dataplane.MeasuredRelease.Harm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Releases with users: {@code canary run} steers a real Traefik in front of pods that serve, and every answer is counted.
 * Skipped unless there is a cluster, Traefik, and addresses for pods.
 */
class DataPlaneTest {

    /** Milliseconds from a harm until no user meets it any more. */
    private static final long SOON = 10_000;

    @TempDir
    private Path dir;

    private DataPlane plane;
    private OpenLoopClient users;

    @BeforeEach
    void needs() {
        String missing = DataPlane.missing();
        assumeTrue(missing == null, missing);
    }

    private Path start() throws Exception {
        plane = new DataPlane(Route.GATEWAY_API, dir);
        users = new OpenLoopClient(plane.uri(), MeasuredRelease.PER_SECOND);
        return plane.plan(MeasuredRelease.HOLD);
    }

    @AfterEach
    void end() throws Exception {
        if (users != null) {
            users.close();
        }
        if (plane != null) {
            plane.close();
        }
    }

    private CommandProcess run(Path plan) throws Exception {
        return CommandProcess.start(dir, "run", plan, "--version", "v2", "--json");
    }

    private static String outcome(Cli.Ended ended) {
        return ended.json().path("outcome").asText();
    }

    private void assertPromotedWithoutALoss() throws Exception {
        users.close();
        assertPromotedWithoutALoss(TrafficShares.of(users.answers(), plane.journal()));
        assertTrue(plane.world.get(Kind.DEPLOYMENT, "api").spec().toString().contains("api:v2"));
    }

    private static void assertPromotedWithoutALoss(TrafficShares seen) {
        assertEquals(List.of(), seen.lost(), seen.table());
        assertEquals(
                List.of(5.0, 10.0, 25.0, 50.0, 100.0),
                seen.phases().stream().map(p -> p.weight().percent()).toList());
        assertTrue(seen.largestError() < 1, seen.table());
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void aGoodReleaseLosesNothingAndEachPhaseGetsItsShare(Route route) throws Exception {
        MeasuredRelease.Result release = MeasuredRelease.of(route, Harm.NONE, dir);
        assertEquals("PROMOTED", outcome(release.ended().exits(0)));
        assertPromotedWithoutALoss(release.shares());
    }

    @Test
    void aBadReleaseIsRolledBackAndHurtsItsShareOnly() throws Exception {
        MeasuredRelease.Result release = MeasuredRelease.of(Route.GATEWAY_API, Harm.ERRORS, dir);
        assertEquals("ROLLED_BACK", outcome(release.ended().exits(1).says("success-rate")));
        TrafficShares seen = release.shares();
        assertEquals(
                List.of(),
                seen.lost().stream().filter(a -> !a.version().equals("v2")).toList());
        assertSoonOver(release, 0.25 * 0.5);
    }

    @Test
    void aCanaryWhoseEndpointsAreGoneIsRolledBack() throws Exception {
        MeasuredRelease.Result release = MeasuredRelease.of(Route.GATEWAY_API, Harm.NO_ENDPOINTS, dir);
        assertEquals("ROLLED_BACK", outcome(release.ended().exits(1).says("no ready pod")));
        assertSoonOver(release, 0.25);
    }

    /** @param share of the users' requests that the harm can reach */
    private static void assertSoonOver(MeasuredRelease.Result release, double share) {
        String said = release.reactionMillis() + " ms\n" + release.shares().table();
        assertTrue(release.reactionMillis() < SOON, said);
        int lost = release.shares().lost().size();
        assertTrue(lost > 0, "nobody met the harm: " + said);
        assertTrue(lost < share * MeasuredRelease.PER_SECOND * SOON / 1_000, said);
    }

    @Test
    void aReleaseThatIsKilledInEveryPhaseGoesOnWithoutALoss() throws Exception {
        Path plan = start();
        for (String phase : List.of("Initial", "Ramp 1", "Ramp 2", "Ramp 3", "Full")) {
            try (CommandProcess run = run(plan)) {
                run.awaits("Watching phase " + phase);
                run.kill();
            }
        }
        try (CommandProcess last = run(plan)) {
            assertEquals(
                    "PROMOTED",
                    outcome(last.end(MeasuredRelease.LONGEST).exits(0).says("going on with rollout")));
        }
        assertPromotedWithoutALoss();
    }

    @Test
    void aSecondRolloutOfTheTargetIsRefusedAndTheFirstGoesOn() throws Exception {
        Path plan = start();
        Path other =
                Files.copy(plan, Files.createDirectories(dir.resolve("other")).resolve("plan.yaml"));
        try (CommandProcess first = run(plan)) {
            first.awaits("Watching phase Initial");
            try (CommandProcess second = run(other)) {
                second.end().exits(3).says("is taken by the rollout");
            }
            assertEquals("PROMOTED", outcome(first.end(MeasuredRelease.LONGEST).exits(0)));
        }
        assertPromotedWithoutALoss();
    }

    @Test
    void halfAMinuteWithoutAnApiServerLosesNothing() throws Exception {
        Path plan = start();
        try (CommandProcess run = run(plan)) {
            run.awaits("Watching phase Ramp 2");
            plane.apiServer.down();
            long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            Poll.until("the outage is over", () -> System.nanoTime() > until);
            plane.apiServer.up();
            assertEquals("PROMOTED", outcome(run.end(MeasuredRelease.LONGEST).exits(0)));
        }
        assertPromotedWithoutALoss();
    }
}
