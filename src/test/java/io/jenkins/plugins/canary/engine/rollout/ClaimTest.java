package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Watch;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** For how long a rollout keeps its target from others. */
class ClaimTest {

    private static final long MINUTE = 60_000;
    private static final CanaryPlan WATCHED = SamplePlans.with(
            SamplePlans.standard(), Map.of(), SamplePlans.watch(Duration.ofHours(48), Watch.OnBreach.ROLLBACK));

    @Test
    void isRenewedWhileTheRolloutIsOpenAndLetGoAtItsEnd() {
        VirtualRelease release = new VirtualRelease(SamplePlans.standard()).pass(MINUTE);
        assertTrue(release.router.claimed);
        assertTrue(release.router.claims >= 3, () -> release.router.claims + " claims in a minute");
        release.pass(120 * MINUTE);
        assertEquals(Status.PROMOTED, release.status());
        assertFalse(release.router.claimed);
        assertTrue(release.claim.letGo().isDone());
    }

    @Test
    void aWatchLeavesTheTargetToTheNextRelease() {
        VirtualRelease release = new VirtualRelease(WATCHED).pass(120 * MINUTE);
        assertEquals(Status.ON_WATCH, release.status());
        assertFalse(release.router.claimed);
        assertFalse(release.claim.letGo().isDone(), "the router is still asked");
        release.restarted(MINUTE).pass(MINUTE);
        assertEquals(Status.ON_WATCH, release.status());
        assertFalse(release.router.claimed);
        release.errors = 0.2;
        release.pass(MINUTE);
        assertEquals(Status.ROLLED_BACK, release.status());
        assertTrue(release.claim.letGo().isDone());
    }
}
