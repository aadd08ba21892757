package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.util.List;

/**
 * What a simulated journal may not say of traffic and of what was last seen, by reckoning of its own: what arrived between
 * two looks, and only where there is no doubt about it.
 */
final class SimTraffic {

    private static final long ENOUGH = 1_000;
    private static final double FAR = 0.25;
    /** What keep-alive, retries and counters read a moment apart are worth, however many requests there were. */
    private static final double NEAR = 0.02;
    /** Nothing nearer than so many standard errors is proof of a wrong share. */
    private static final double ERRORS = 5;

    private static final long LATELY = 2 * SamplePlans.INTERVAL.toMillis();

    private Requests last;
    private boolean wrong;
    private int over;
    private boolean due;
    private long greenAt;
    private List<Check> gate = List.of();
    private int contradictions;
    private int takenBack;

    /** @param s before the event */
    void follow(RolloutState s, RolloutEvent e) {
        if (e instanceof RolloutEvent.Warned) {
            return; // what the pods say comes with the same tick, and before what follows from it
        }
        if (due
                && !(e instanceof RolloutEvent.TrafficShareDiffers
                        || e instanceof RolloutEvent.RollbackIntended
                        || e instanceof RolloutEvent.Resumed)) {
            throw new AssertionError("three ticks saw too much traffic on the canary, and then came " + e);
        }
        due = false;
        boolean leaves = e instanceof RolloutEvent.PromoteIntended
                || e instanceof RolloutEvent.ShiftIntended i && i.phase() > s.phase() && s.phase() >= 0;
        if (wrong && (leaves || e instanceof RolloutEvent.GatePassed)) {
            throw new AssertionError("the traffic was last seen to be wrong, and then came " + e);
        }
        if (leaves && e.at() - greenAt > LATELY) {
            throw new AssertionError("the last green tick was " + (e.at() - greenAt) + " ms ago, and then came " + e);
        }
        if (e instanceof RolloutEvent.GatePassed
                && gate.stream().anyMatch(c -> c.outcome() == CheckOutcome.UNAVAILABLE)) {
            throw new AssertionError("passed on what could not be asked: " + gate);
        }
        if (e instanceof RolloutEvent.ShiftApplied a) {
            boolean within = s.intent() != null && s.intent().reason() != null;
            last = a.requests();
            wrong &= within;
            over = within ? over : 0;
            greenAt = within ? greenAt : 0;
        } else if (e instanceof RolloutEvent.WeightFound) {
            last = null;
            wrong = false;
            over = 0;
        } else if (e instanceof RolloutEvent.Resumed) {
            // Killed between the third tick and what follows from it: the next one decides again.
            over = Math.min(over, TrafficShareCheck.BREACH_TICKS - 1);
        } else if (e instanceof RolloutEvent.TrafficShareDiffers d) {
            contradictions++;
            takenBack += d.more() ? 1 : 0;
        } else if (e instanceof RolloutEvent.Ticked t
                && t.phase() == s.phase()
                && s.intent() == null
                && s.watch() == null) {
            gate = t.gate();
            greenAt = gate.stream().allMatch(c -> c.outcome() == CheckOutcome.PASS) ? t.at() : greenAt;
            counted(s.weight().share(), t.requests());
        }
    }

    private void counted(double weight, Requests now) {
        if (now == null) {
            return;
        }
        long canary = last == null ? -1 : now.canary() - last.canary();
        long stable = last == null ? -1 : now.stable() - last.stable();
        last = now;
        if (canary < 0 || stable < 0 || canary + stable < ENOUGH) {
            return;
        }
        double off = (double) canary / (canary + stable) - weight;
        if (Math.abs(off) >= FAR) {
            wrong = true;
        } else if (Math.abs(off) <= NEAR + ERRORS * Math.sqrt(weight * (1 - weight) / (canary + stable))) {
            wrong = false;
        }
        over = off >= FAR ? over + 1 : 0;
        due = over >= TrafficShareCheck.BREACH_TICKS;
    }

    /** How often the traffic was told to be wrong. */
    int contradictions() {
        return contradictions;
    }

    /** How often the canary was taken back since it had more than its weight. */
    int takenBack() {
        return takenBack;
    }
}
