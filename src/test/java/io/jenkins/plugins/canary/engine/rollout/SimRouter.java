package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Baseline;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/** A router with a will of its own: slow to settle, deaf, forgetful, edited by others. Counts what it routes. */
final class SimRouter implements TrafficRouter {

    private final Random random;
    private final SimPower power;
    private final double faults;
    private final double crashes;
    Weight weight = Weight.ZERO;
    ExtraTraffic extra = ExtraTraffic.NONE;
    boolean promoted;
    boolean faulty = true;
    boolean counts;
    /** The share of the requests that the canary really gets, whatever the weight; null for the weight's. */
    Double routes;
    /** It does not say what it counted. */
    boolean silent;
    /** What is known of the canary's pods; null where nothing is. */
    CanaryHealth health;
    /** What is known of the baseline's pods; null where there is no baseline. */
    CanaryHealth baseline;
    /** What the baseline gets: as much as the canary, or what that leaves; nothing while it was down at the last shift. */
    Weight baselineShare = Weight.ZERO;
    /** It never confirms what it was asked for. */
    boolean neverSettles;
    /** It does not do what it is asked for any more. */
    boolean deaf;

    long canary;
    long stable;
    private double carried;
    private int settleLooks;
    final List<String> calls = new ArrayList<>();
    /** Told before a weight is set: the place to check that it may be. */
    BiConsumer<Weight, ExtraTraffic> beforeShift = (w, beside) -> {};

    SimRouter(Random random, SimPower power, double faults, double crashes) {
        this.power = power;
        this.random = random;
        this.faults = faults;
        this.crashes = crashes;
    }

    private boolean strikes(double probability) {
        return faulty && random.nextDouble() < probability;
    }

    private void mayCrash() {
        if (strikes(crashes)) {
            throw power.cut();
        }
    }

    private void mayFail(String what) throws RouterException {
        if (strikes(faults)) {
            throw new RouterException(what);
        }
    }

    /** Requests pass, split as the weight says, or as the router will have it. */
    void serve(int requests) {
        // What is less than a request is carried on, or a small weight would never send one.
        carried += requests * (routes == null || weight.isZero() || promoted ? weight.share() : routes);
        long c = Math.min(requests, (long) carried);
        carried -= c;
        canary += c + (extra.match().isEmpty() ? 0 : requests / 10);
        stable += requests - c;
    }

    /** The router is started anew with the weight that it has, and counts from 0. */
    void restart() {
        canary = 0;
        stable = 0;
    }

    @Override
    public Observation observe() throws RouterException {
        power.need();
        if (!calls.isEmpty()
                || random.nextInt(10) == 0) { // a refusal before the first shift ends the rollout, and the test with it
            mayFail("connection refused");
        }
        mayCrash();
        boolean settled = settleLooks == 0 && !neverSettles;
        settleLooks = Math.max(0, settleLooks - 1);
        Observation seen = new Observation(weight, settled, promoted, null, "", List.of()).withExtra(extra);
        seen = seen.withHealth(seen.isClear() ? null : health);
        if (baseline != null && !promoted) {
            seen = seen.withBaseline(new Baseline(baselineShare, wanted(weight), baseline));
            seen = seen.baseline().isFair()
                    ? seen
                    : seen.unsettled(seen.baseline().difference());
        }
        return counts && !silent ? seen.withRequests(canary, stable) : seen;
    }

    private Weight wanted(Weight to) {
        return baseline == null || baseline.is(CanaryHealth.State.DOWN)
                ? Weight.ZERO
                : TrafficSplit.withBaseline(to).baseline();
    }

    @Override
    public void shift(Weight to) throws RouterException {
        shift(to, ExtraTraffic.NONE);
    }

    @Override
    public void shift(Weight to, ExtraTraffic beside) throws RouterException {
        power.need();
        beforeShift.accept(to, beside);
        mayFail("503 before it was done");
        mayCrash();
        calls.add("shift " + beside.beside(to));
        if (deaf) {
            throw new RouterException("503");
        }
        weight = to;
        extra = beside;
        baselineShare = wanted(to);
        promoted &= to.equals(Weight.FULL);
        settleLooks = strikes(faults) ? 2 : 0;
        mayCrash();
        mayFail("timed out after it was done");
    }

    @Override
    public void promote(String version) throws RouterException {
        power.need();
        mayFail("503 before it was done");
        calls.add("promote " + version);
        promoted = true;
        baselineShare = Weight.ZERO;
        extra = ExtraTraffic.NONE;
        mayCrash();
        mayFail("timed out after it was done");
    }
}
