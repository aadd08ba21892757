package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeconfigClusters;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
        if (cluster == null) {
            cluster = new KubeconfigClusters().open(new ClusterRef(null, world.kubeconfig().toString(), null));
        }
        return new TargetLease(cluster, world.ref(Kind.DEPLOYMENT, "api"), rollout, "http://ci/" + rollout, MINUTE, () -> now);
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
        first.release();
        assertEquals(Optional.empty(), first.successor());
        assertTrue(second.hold().isEmpty());
        assertFalse(first.hold().isEmpty());
        assertEquals(seen("r2", "http://ci/r2"), named(first.successor()));
        assertEquals(Optional.empty(), second.successor());
        second.release();
        assertEquals(seen("r2", ""), named(first.successor()), "also when it has come and gone");
        assertEquals(Optional.empty(), second.successor());
        assertEquals(1, world.get(Kind.LEASE, "canary-api").spec().path("leaseTransitions").asInt());
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
        lease("r1").release();
        assertTrue(lease("r1").hold().isEmpty());
        lease("r2").release();
        assertFalse(lease("r2").hold().isEmpty());
    }
}
