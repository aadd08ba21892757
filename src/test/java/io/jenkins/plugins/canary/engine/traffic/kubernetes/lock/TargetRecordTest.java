package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PromotionRecord;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRecordTest {

    private KubeWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = new MockWorld();
        world.create(KubeWorld.version("api", "api:1", 2));
    }

    @AfterEach
    void end() {
        world.close();
    }

    private boolean write(TargetRecord record) throws Exception {
        return record.write(world.admin(), world.ref(Kind.DEPLOYMENT, "api"));
    }

    private Optional<TargetRecord> read() throws Exception {
        return TargetRecord.read(world.get(Kind.DEPLOYMENT, "api"));
    }

    private static TargetRecord record(String rollout, long sequence, double percent) {
        return new TargetRecord(rollout, "v2", "http://ci/job/1", sequence, Weight.ofPercent(percent), 1_000);
    }

    @Test
    void isReadAsItWasWrittenAndStartsNoRolloutOfPods() throws Exception {
        long generation = world.get(Kind.DEPLOYMENT, "api").generation();
        assertTrue(write(record("r1", 3, 12.5)));
        assertEquals(Optional.of(record("r1", 3, 12.5)), read());
        assertEquals(generation, world.get(Kind.DEPLOYMENT, "api").generation());
    }

    @Test
    void neverGoesBackWithinARollout() throws Exception {
        assertTrue(write(record("r1", 3, 10)));
        assertFalse(write(record("r1", 2, 5)));
        assertEquals(Optional.of(record("r1", 3, 10)), read());
        assertTrue(write(record("r2", 1, 5)));
        assertEquals(Optional.of(record("r2", 1, 5)), read());
    }

    @Test
    void whatSomebodyElseWroteThereIsNoRecord() throws Exception {
        world.annotate(Kind.DEPLOYMENT, "api", TargetRecord.ANNOTATION, "mine");
        assertEquals(Optional.empty(), read());
        assertTrue(write(record("r1", 1, 5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "[]", "1", "{\"rollout\":null}"})
    void whatIsJsonAndNoRecordIsNoneEither(String theirs) throws Exception {
        for (String name :
                List.of(TargetRecord.ANNOTATION, Snapshot.ANNOTATION, Trial.ANNOTATION, PromotionRecord.ANNOTATION)) {
            world.annotate(Kind.DEPLOYMENT, "api", name, theirs);
        }
        KubeObject seen = world.get(Kind.DEPLOYMENT, "api");
        assertEquals(Optional.empty(), TargetRecord.read(seen));
        assertNull(Snapshot.of(seen));
        assertNull(Trial.of(seen));
        assertNull(PromotionRecord.of(seen, "r1"));
        assertTrue(write(record("r1", 1, 5)));
    }
}
