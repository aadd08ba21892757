package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist.When;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What must be true of the events of every rollout, in their order. For one thread. */
final class SimOrder {

    private final CanaryPlan plan;
    private final BiConsumer<Boolean, Supplier<String>> check;
    private final SimTraffic traffic = new SimTraffic();
    private final Set<String> agreed = new HashSet<>();
    private int adjusted;
    private long watched;
    private int inWindow;

    /** @param check takes whether an invariant holds, and which it is */
    SimOrder(CanaryPlan plan, BiConsumer<Boolean, Supplier<String>> check) {
        this.plan = plan;
        this.check = check;
    }

    /** Shifts within a phase. */
    int adjusted() {
        return adjusted;
    }

    /** Events after a promotion. */
    long watched() {
        return watched;
    }

    /** Rises of plans with windows. */
    int inWindow() {
        return inWindow;
    }

    SimTraffic traffic() {
        return traffic;
    }

    private void check(boolean holds, Supplier<String> what) {
        check.accept(holds, what);
    }

    private void check(boolean holds, String what) {
        check.accept(holds, () -> what);
    }

    void check(List<RolloutEvent> events) {
        RolloutState s = RolloutState.empty(plan);
        boolean passed = false;
        long last = 0;
        RolloutEvent before = null;
        for (RolloutEvent e : events) {
            traffic.follow(s, e);
            long from = last;
            check(e.at() >= from, () -> "time ran backwards at " + e + ", after " + from);
            last = e.at();
            if (before instanceof RolloutEvent.WatchBreached b && b.then() == Watch.OnBreach.ROLLBACK) {
                check(
                        e instanceof RolloutEvent.RollbackIntended || e instanceof RolloutEvent.Resumed,
                        "the watch found a breach, and then came " + e);
            }
            afterwards(s, e);
            if (e instanceof RolloutEvent.Warned) {
                s = s.apply(plan, e);
                continue;
            }
            if (s.evidence().health().isDown()) {
                check(
                        !(e instanceof RolloutEvent.PromoteIntended)
                                && !(e instanceof RolloutEvent.GatePassed)
                                && !(e instanceof RolloutEvent.ShiftIntended i && i.to().compareTo(i.from()) > 0),
                        "went on without a ready pod: " + e);
            }
            if (before instanceof RolloutEvent.Ticked t
                    && t.phase() < plan.afterwards()
                    && (breach(t) || s.evidence().health().breach(plan) != null)
                    && s.position().everShifted()
                    && s.intent() == null
                    && s.phase() >= 0
                    && s.watch() == null) {
                // Killed before the second line was whole: the next tick decides again.
                check(
                        e instanceof RolloutEvent.RollbackIntended || e instanceof RolloutEvent.Resumed,
                        "a breach was seen, and then came " + e);
            }
            if (e instanceof RolloutEvent.PromoteIntended || e instanceof RolloutEvent.ShiftIntended i && rises(s, i)) {
                boolean overridden = s.window() != null && s.window().overriddenBy() != null;
                boolean open = s.window() == null
                        && plan.windows().closed(Instant.ofEpochMilli(e.at()), Windows.Calendars.EMPTY) == null;
                check(open || overridden, "a rise outside of the windows: " + e);
                inWindow += plan.windows().isAlways() ? 0 : 1;
            }
            if (e instanceof RolloutEvent.ShiftIntended i) {
                Weight ofPhase = plan.phases().get(i.phase()).weight();
                check(
                        plan.weights() == null ? i.to().equals(ofPhase) : i.to().compareTo(ofPhase) <= 0,
                        "not the weight of its phase, " + ofPhase + ": " + e);
            }
            if (e instanceof RolloutEvent.ShiftIntended i && i.why() != null) {
                check(plan.weights() != null && i.phase() == s.phase(), "adjusted where it may not be: " + e);
                check(
                        i.to().tenths() - i.from().tenths() <= SimPlans.MAX_RISE.tenths(),
                        "the weight rose too fast: " + e);
                adjusted++;
            }
            if (e instanceof RolloutEvent.ShiftIntended i && i.phase() > s.phase() && s.phase() >= 0) {
                check(passed, "advanced without a PASS on record: " + e);
                check(approved(s), "advanced without the approval: " + e + ", agreed: " + agreed);
            }
            if (e instanceof RolloutEvent.PromoteIntended) {
                check(passed, "promoted without a PASS on record");
                check(approved(s), "promoted without the approval, agreed: " + agreed);
            }
            agreements(s, e);
            boolean newPhase = e instanceof RolloutEvent.ShiftApplied
                    && (s.intent() == null || s.intent().reason() == null);
            passed = e instanceof RolloutEvent.GatePassed || passed && !newPhase && !red(e);
            s = s.apply(plan, e);
            before = e;
        }
    }

    /** Counted here once more, by the events alone. */
    private boolean approved(RolloutState s) {
        Approval approval = s.current(plan).approval();
        return approval == null || agreed.size() >= approval.min();
    }

    private void agreements(RolloutState s, RolloutEvent e) {
        if (e instanceof RolloutEvent.Approved a) {
            boolean excluded = plan.phases().get(a.phase()).approval().notBy().stream()
                    .anyMatch(x -> SimPlans.INVOLVED.get(x).contains(a.by()));
            check(SimPlans.MANAGERS.contains(a.by()) && !excluded, "agreed, and may not: " + e);
            check(agreed.add(a.by()), "agreed twice: " + e);
        } else if (e instanceof RolloutEvent.ApprovalWithdrawn w) {
            check(agreed.remove(w.by()), "withdrew what was not said: " + e);
        } else if (e instanceof RolloutEvent.ShiftApplied a && !s.position().isWithin(a)) {
            agreed.clear();
        }
    }

    /** Before the first phase a cohort at weight 0 is a rise too; a weight that somebody else set may come down. */
    private static boolean rises(RolloutState s, RolloutEvent.ShiftIntended shift) {
        int more = shift.to().compareTo(s.weight());
        return more > 0 || more == 0 && s.phase() < 0;
    }

    /** Lists are complete when something waits for them, and nothing but a roll back follows a promotion. */
    private void afterwards(RolloutState s, RolloutEvent e) {
        if (e instanceof RolloutEvent.ShiftIntended i && rises(s, i)) {
            check(complete(s, When.BEFORE), "a rise with an open list: " + e);
        }
        if (e instanceof RolloutEvent.ShiftIntended i && plan.cap() != null) {
            check(
                    i.to().compareTo(plan.cap().weight()) <= 0
                            || s.complete(plan, plan.cap().until()),
                    "past the cap of " + plan.cap() + " with an open list: " + e);
        }
        if (e instanceof RolloutEvent.PromoteIntended) {
            check(complete(s, When.BEFORE) && complete(s, When.DURING), "promoted with an open list");
        }
        if (e instanceof RolloutEvent.Ended end && end.outcome() == Outcome.PROMOTED) {
            check((plan.aftercare() == null) == (s.watch() == null), "the watch was left out, or never wanted");
        }
        if (e instanceof RolloutEvent.WatchEnded end
                && end.by() == null
                && end.reason().startsWith("watched")) {
            check(complete(s, When.POST) && end.at() >= s.watch().until(), "the watch ended too soon: " + e);
        }
        if (s.watch() != null) {
            watched++;
            check(
                    !(e instanceof RolloutEvent.ShiftIntended
                            || e instanceof RolloutEvent.PromoteIntended
                            || e instanceof RolloutEvent.HoldSet
                            || e instanceof RolloutEvent.GateFailed),
                    () -> "after the promotion came " + e);
        }
        boolean byWatch = e instanceof RolloutEvent.RollbackIntended r && s.watch() != null && r.by() == null;
        check(
                !byWatch || s.watch().breach() != null && s.watch().breach().then() == Watch.OnBreach.ROLLBACK,
                () -> "taken back by a watch that may not: " + e);
    }

    private boolean complete(RolloutState s, When when) {
        return plan.checklists().entrySet().stream()
                .filter(l -> l.getValue().when() == when)
                .allMatch(l -> s.complete(plan, l.getKey()));
    }

    private static boolean breach(RolloutEvent.Ticked t) {
        return t.abort().get(0).outcome() == CheckOutcome.FAIL;
    }

    private static boolean red(RolloutEvent e) {
        return e instanceof RolloutEvent.Ticked t && t.gate().stream().anyMatch(c -> c.outcome() == CheckOutcome.FAIL);
    }
}
