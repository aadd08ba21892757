package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess.Incarnation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeconfigClusters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a mock server; and on a real one when there is one. */
class TargetLeaseTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Instant now = Instant.parse("2026-01-01T12:00:00.5Z");
    private KubeWorld world;
    private Cluster cluster;

    @AfterEach
    void end() {
        if (cluster != null) {
            cluster.close();
        }
        if (world != null) {
            world.close();
        }
    }

    /** With nothing but the documented rights. */
    private TargetLease lease(String rollout) throws Exception {
        return lease(rollout, Incarnation.ONLY);
    }

    private TargetLease lease(String rollout, Incarnation life) throws Exception {
        if (cluster == null) {
            cluster = new KubeconfigClusters(InstantSource.system())
                    .open(new ClusterRef(null, world.kubeconfig().toString(), null));
        }
        return new TargetLease(
                cluster,
                world.ref(Kind.DEPLOYMENT, "api"),
                new TargetLease.Self(rollout, rollout, "http://ci/" + rollout, life),
                MINUTE,
                () -> now);
    }

    @Test
    void oneHolderAtATime() throws Exception {
        world = new MockWorld();
        oneAfterTheOther();
    }

    @Test
    void oneHolderAtATimeOnACluster() throws Exception {
        world = new RealWorld("kubernetes");
        oneAfterTheOther();
    }

    private void oneAfterTheOther() throws Exception {
        TargetLease first = lease("r1");
        TargetLease second = lease("r2");
        assertTrue(first.hold().isEmpty());
        Optional<TargetLease.Holder> seen = second.hold();
        assertEquals("r1", seen.orElseThrow().rollout());
        assertEquals("http://ci/r1", seen.orElseThrow().owner());
        assertEquals(Instant.parse("2026-01-01T12:01:00.5Z"), seen.orElseThrow().until());
        first.release(false);
        assertEquals(Optional.empty(), first.successor());
        assertTrue(second.hold().isEmpty());
        assertFalse(first.hold().isEmpty());
        assertEquals(seen("r2", "http://ci/r2"), named(first.successor()));
        assertEquals(Optional.empty(), second.successor());
        second.release(false);
        assertEquals(seen("r2", ""), named(first.successor()), "also when it has come and gone");
        assertEquals(Optional.empty(), second.successor());
        assertEquals(
                1,
                world.get(Kind.LEASE, "canary-api")
                        .spec()
                        .path("leaseTransitions")
                        .asInt());
    }

    private static String seen(String rollout, String owner) {
        return rollout + " " + owner;
    }

    private static String named(Optional<TargetLease.Holder> holder) {
        return seen(holder.orElseThrow().rollout(), holder.orElseThrow().owner());
    }

    @Test
    void itRunsOutWhenItsHolderDiesAndNotBefore() throws Exception {
        world = new MockWorld();
        assertTrue(lease("r1").hold().isEmpty());
        now = now.plusSeconds(50);
        assertTrue(lease("r1").hold().isEmpty(), "renewed");
        now = now.plusSeconds(65);
        assertFalse(lease("r2").hold().isEmpty(), "clocks may differ by some seconds");
        now = now.plusSeconds(10);
        assertTrue(lease("r2").hold().isEmpty());
        assertFalse(lease("r1").hold().isEmpty(), "the one that came back late sees who has it");
    }

    @Test
    void lettingGoOfAnothersLeaseDoesNothing() throws Exception {
        world = new MockWorld();
        lease("r1").release(false);
        assertTrue(lease("r1").hold().isEmpty());
        lease("r2").release(false);
        assertFalse(lease("r2").hold().isEmpty());
    }

    /** A restored backup knows the same rollouts by the same ids. */
    @Test
    void aSecondLiveCopyOfAControllerDoesNotGetTheLeaseOfTheFirst() throws Exception {
        world = new MockWorld();
        Incarnation original = new Incarnation("first", Set.of());
        Incarnation copy = new Incarnation("second", Set.of());
        assertTrue(lease("r1", original).hold().isEmpty());
        for (int i = 0; i < 10; i++) {
            now = now.plusSeconds(20);
            assertTrue(lease("r1", original).hold().isEmpty(), "renewed");
            assertTrue(lease("r1", copy).hold().orElseThrow().copy());
        }
        lease("r1", copy).release(true);
        assertTrue(lease("r1", original).hold().isEmpty(), "a copy lets go of nothing");
    }

    @Test
    void aControllerThatCrashedGoesOnWhenItsLeaseHasRunOut() throws Exception {
        world = new MockWorld();
        assertTrue(lease("r1", new Incarnation("before", Set.of())).hold().isEmpty());
        Incarnation after = new Incarnation("after", Set.of());
        now = now.plusSeconds(65);
        assertEquals(
                Instant.parse("2026-01-01T12:01:00.5Z"),
                lease("r1", after).hold().orElseThrow().until());
        now = now.plusSeconds(10);
        assertTrue(lease("r1", after).hold().isEmpty());
        assertTrue(
                lease("r1", new Incarnation("before", Set.of()))
                        .hold()
                        .orElseThrow()
                        .copy(),
                "the former one was stuck, not dead: it moves nothing any more");
    }

    @Test
    void aControllerThatStoppedInOrderGoesOnAtOnce() throws Exception {
        world = new MockWorld();
        assertTrue(lease("r1", new Incarnation("before", Set.of())).hold().isEmpty());
        assertTrue(
                lease("r1", new Incarnation("after", Set.of("before"))).hold().isEmpty());
        assertFalse(
                lease("r1", new Incarnation("other", Set.of("before"))).hold().isEmpty(),
                "one of two copies of that one");
    }

    @Test
    void whatNeitherSideWroteDownIsOurs() throws Exception {
        world = new MockWorld();
        assertTrue(lease("r1").hold().isEmpty(), "as by a version that knew no incarnations");
        assertTrue(lease("r1", new Incarnation("now", Set.of())).hold().isEmpty());
        assertTrue(lease("r1").hold().isEmpty());
    }

    @Test
    void aRolloutThatHasEndedIsNotGoneOnWithFromAnOldCopy() throws Exception {
        world = new MockWorld();
        TargetLease lease = lease("r1", new Incarnation("first", Set.of()));
        assertTrue(lease.hold().isEmpty());
        lease.release(true);
        now = now.plusSeconds(86_400);
        assertTrue(lease("r1", new Incarnation("second", Set.of()))
                .hold()
                .orElseThrow()
                .ended());
        assertTrue(lease("r2").hold().isEmpty(), "the next one is kept out by nothing");
    }
}
