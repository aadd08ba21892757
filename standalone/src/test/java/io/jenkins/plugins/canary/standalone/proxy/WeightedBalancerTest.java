package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WeightedBalancerTest {

    private final AtomicLong now = new AtomicLong();
    private final WeightedBalancer deal = new WeightedBalancer(Duration.ofSeconds(30), now::get);

    @Test
    void aShiftToNothingIsSettledWhenTheLastRequestIsDone() {
        deal.shift(Weight.FULL);
        WeightedBalancer.Pool first = deal.next();
        WeightedBalancer.Pool second = deal.next();
        assertEquals(List.of(), deal.shift(Weight.ZERO), "its pool is in use");
        assertEquals(2, deal.state().draining());
        assertEquals(Optional.empty(), deal.done(first));
        assertFalse(deal.state().drained());
        assertEquals(Optional.of(second), deal.done(second), "nobody uses the pool any more");
        assertTrue(deal.state().drained());
        assertEquals(0, deal.state().draining());
    }

    @Test
    void aRequestThatNeverEndsHoldsUpNothingForEver() {
        deal.shift(Weight.FULL);
        deal.next();
        deal.shift(Weight.ZERO);
        now.addAndGet(Duration.ofSeconds(29).toNanos());
        deal.shift(Weight.ZERO);
        assertFalse(deal.state().drained());
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertTrue(deal.state().drained(), "asking again does not start the time again");
        assertEquals(1, deal.state().draining());
    }

    @Test
    void aRetiredPoolIsNeverUsedAgain() {
        deal.shift(Weight.FULL);
        WeightedBalancer.Pool before = deal.next();
        deal.done(before);
        assertEquals(List.of(before), deal.shift(Weight.ZERO));
        assertEquals(List.of(), deal.shift(Weight.ZERO), "it is handed out for closing once");
        deal.shift(Weight.FULL);
        assertNotEquals(before, deal.next());
    }

    @Test
    void theStableVersionDrainsTooWhenTheCanaryHasAll() {
        WeightedBalancer.Pool stable = deal.next();
        deal.shift(Weight.FULL);
        assertFalse(deal.state().drained());
        deal.done(stable);
        assertTrue(deal.state().drained());
    }

    @Test
    void requestsThatRunOnATrackInUseDrainNothing() {
        deal.shift(Weight.ofPercent(50));
        deal.next();
        deal.next();
        assertTrue(deal.state().drained());
        assertEquals(new ProxyState(Weight.ofPercent(50), false, true, 0, 1, 1), deal.state());
    }

    @Test
    void promotedUntilTheWeightFalls() {
        deal.promote();
        assertTrue(deal.state().promoted());
        assertEquals(Track.CANARY, deal.next().track());
        deal.shift(Weight.FULL);
        assertTrue(deal.state().promoted());
        deal.shift(Weight.ZERO);
        assertFalse(deal.state().promoted());
    }
}
