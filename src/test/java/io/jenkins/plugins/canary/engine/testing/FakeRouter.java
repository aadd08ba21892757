package io.jenkins.plugins.canary.engine.testing;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A router in memory that does what it is asked, or fails as a test says. Any thread may call it. */
public final class FakeRouter implements TrafficRouter {

    public enum Call {
        OBSERVE,
        SHIFT,
        PROMOTE
    }

    /** Called before the router does anything; fails the call by throwing. */
    @FunctionalInterface
    public interface Fault {
        void strike(Call call) throws RouterException;
    }

    private static final double REQUESTS_PER_MILLI = 0.1;

    private final LongSupplier now;
    public volatile Weight weight = Weight.ZERO;
    public volatile ExtraTraffic extra = ExtraTraffic.NONE;
    public volatile boolean promoted;
    /** Who has had the target since this rollout released it; null for nobody. */
    public volatile String successor;

    /** What share of the requests the canary truly gets; null for the weight's. */
    public volatile Double sends;

    public volatile Fault fault = call -> {};
    /** The intention that each call other than a look was for, and what it asked for. */
    public final List<String> intents = new ArrayList<>();

    private String intent;
    public int observations;
    public int claims;
    public boolean claimed;
    public int releases;
    private double canary;
    private double stable;
    private long countedAt;

    /** A router that counts no requests. */
    public FakeRouter() {
        this(null);
    }

    /** A router of 100 requests a second, which it counts by this time in milliseconds. */
    public FakeRouter(LongSupplier now) {
        this.now = now;
        countedAt = now == null ? 0 : now.getAsLong();
    }

    private void before(Call call) throws RouterException {
        fault.strike(call);
        if (now != null) {
            double requests = (now.getAsLong() - countedAt) * REQUESTS_PER_MILLI;
            countedAt = now.getAsLong();
            double share = sends == null ? weight.share() : sends;
            canary += requests * share;
            stable += requests * (1 - share);
        }
    }

    @Override
    public synchronized Observation observe() throws RouterException {
        observations++;
        before(Call.OBSERVE);
        Observation seen =
                Observation.of(weight).withExtra(extra).asPromoted(promoted).withSuccessor(successor);
        return now == null ? seen : seen.withRequests(Math.round(canary), Math.round(stable));
    }

    @Override
    public synchronized void intend(String key) {
        intent = key;
    }

    @Override
    public void shift(Weight to) throws RouterException {
        shift(to, ExtraTraffic.NONE);
    }

    @Override
    public synchronized void shift(Weight to, ExtraTraffic beside) throws RouterException {
        intents.add(intent + " " + to);
        before(Call.SHIFT);
        weight = to;
        extra = beside;
        promoted &= to.equals(Weight.FULL);
    }

    @Override
    public synchronized void promote(String version) throws RouterException {
        intents.add(intent + " promote");
        before(Call.PROMOTE);
        weight = Weight.FULL;
        extra = ExtraTraffic.NONE;
        promoted = true;
    }

    @Override
    public synchronized Duration claim() {
        claims++;
        claimed = true;
        return Duration.ofSeconds(20);
    }

    @Override
    public synchronized void release(Release how) {
        releases++;
        claimed = false;
    }
}
