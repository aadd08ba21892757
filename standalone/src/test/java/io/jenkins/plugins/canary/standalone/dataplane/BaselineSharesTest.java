package io.jenkins.plugins.canary.standalone.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.standalone.cli.Cli;
import io.jenkins.plugins.canary.standalone.cli.CommandProcess;
import io.jenkins.plugins.canary.standalone.dataplane.DataPlane.Route;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A canary and a baseline that the rollout makes, by {@code canary run} behind a real Traefik: who answers how many requests. */
class BaselineSharesTest {

    /** Seconds until a configuration is in force. */
    private static final int SETTLED = 4;
    /** Seconds in which requests are counted. */
    private static final int COUNTED = 8;
    /** Percentage points between a share and the requests that were answered. */
    private static final double NEAR = 2;

    private static final String PHASES = """
              - { name: First, weight: 10, hold: 16s }
              - { name: Second, weight: 40, hold: 16s }
              - { name: Full, weight: 100, hold: 2s }
            """;

    @TempDir
    private Path dir;

    private final List<String> queries = new CopyOnWriteArrayList<>();

    @BeforeEach
    void needs() {
        String missing = DataPlane.missing();
        assumeTrue(missing == null, missing);
    }

    /** The usual plan with a baseline, and without a canary that somebody else has made. */
    private CommandProcess run(DataPlane plane) throws Exception {
        plane.world.delete(Kind.DEPLOYMENT, "api-canary");
        plane.world.delete(Kind.SERVICE, "api-canary");
        String address = plane.prometheus(body -> queries.add(URLDecoder.decode(body, StandardCharsets.UTF_8)));
        Path plan = plane.plan(PHASES);
        String usual = Files.readString(plan);
        Files.writeString(
                plan,
                usual.replace(", cluster:", ", canary: { create: true, replicas: 2 }, baseline: true, cluster:")
                        .replaceAll(" scrape: .*", " prometheus: { url: \"" + address + "\", interval: 1s }")
                        .replaceAll("(?m)^gate:.*\\R", "")
                        .replaceAll(
                                "(?m)^abort:.*",
                                "gate: [ { metric: failed, max: 0, versusStable: { maxIncrease: 20% } } ]")
                        .replace(
                                "  window: 4s",
                                "  window: 4s\n  custom: { failed: { unit: count, query: 'failed{track=\"{{track}}\"}' } }"));
        return CommandProcess.start(dir, "run", plan, "--version", "v2", "--json");
    }

    private long[] answered(DataPlane plane) {
        return new long[] {
            plane.node.answered("api-canary"), plane.node.answered("api-baseline"), plane.node.answered("api")
        };
    }

    private void assertShares(DataPlane plane, OpenLoopClient users, double... wanted) throws Exception {
        users.keepOn(SETTLED);
        long[] before = answered(plane);
        users.keepOn(COUNTED);
        long[] after = answered(plane);
        long[] counted = new long[wanted.length];
        long total = 0;
        for (int i = 0; i < counted.length; i++) {
            counted[i] = after[i] - before[i];
            total += counted[i];
        }
        String seen = String.format(
                Locale.ROOT, "canary %d, baseline %d, stable %d of %d", counted[0], counted[1], counted[2], total);
        System.out.println(seen);
        assertTrue(total > 200, seen);
        for (int i = 0; i < counted.length; i++) {
            assertEquals(wanted[i], 100.0 * counted[i] / total, NEAR, seen);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Route.class,
            names = {"GATEWAY_API", "TRAEFIK"})
    void canaryAndBaselineAnswerAsManyRequestsAndNobodyLosesAny(Route route) throws Exception {
        try (DataPlane plane = new DataPlane(route, dir, "baseline");
                OpenLoopClient users = new OpenLoopClient(plane.uri(), MeasuredRelease.PER_SECOND);
                CommandProcess run = run(plane)) {
            run.awaits("Watching phase First");
            queries.clear();
            assertShares(plane, users, 10, 10, 80);
            run.awaits("Watching phase Second");
            assertShares(plane, users, 40, 40, 20);
            assertTrue(queries.stream().anyMatch(q -> q.contains("track=\"baseline\"")), "it was compared");
            assertFalse(queries.stream().anyMatch(q -> q.contains("track=\"stable\"")), "and nothing else was");
            Cli.Ended ended = run.end(MeasuredRelease.LONGEST).exits(0);
            assertEquals("PROMOTED", ended.json().path("outcome").asText());
            users.keepOn(SETTLED);
            users.close();
            TrafficShares shares = TrafficShares.of(users.answers(), plane.journal());
            System.out.println(route.driver() + "\n" + shares.table());
            assertEquals(List.of(), shares.lost(), shares.table());
            assertGone(plane);
        }
    }

    /** Users lose what it had until the next tick has seen it. */
    @Test
    void aBaselineWhosePodsDieLosesItsRequestsToTheStableVersionAndTheRolloutGoesOn() throws Exception {
        try (DataPlane plane = new DataPlane(Route.GATEWAY_API, dir, "baseline");
                OpenLoopClient users = new OpenLoopClient(plane.uri(), MeasuredRelease.PER_SECOND);
                CommandProcess run = run(plane)) {
            run.awaits("Watching phase First");
            plane.node.takeDown("api-baseline");
            assertShares(plane, users, 10, 0, 90);
            plane.node.bringBack("api-baseline");
            assertShares(plane, users, 10, 10, 80);
            Cli.Ended ended = run.end(MeasuredRelease.LONGEST).exits(0);
            assertEquals("PROMOTED", ended.json().path("outcome").asText());
            users.close();
            TrafficShares shares = TrafficShares.of(users.answers(), plane.journal());
            System.out.println("a baseline that dies\n" + shares.table());
            assertGone(plane);
        }
    }

    private static void assertGone(DataPlane plane) throws Exception {
        for (String made : List.of("api-canary", "api-baseline")) {
            assertTrue(
                    plane.world
                            .admin()
                            .find(plane.world.ref(Kind.DEPLOYMENT, made))
                            .isEmpty(),
                    made);
        }
    }
}
