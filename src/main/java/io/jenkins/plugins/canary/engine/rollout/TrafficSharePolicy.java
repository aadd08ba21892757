package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What follows when the observed traffic is not what the weight says: pure, like all decisions. */
final class TrafficSharePolicy {

    private TrafficSharePolicy() {}

    /** Whether the canary gets more requests than the weight allows, as so many ticks agree that it is taken back. */
    static boolean takesBack(RolloutState s) {
        return atRest(s)
                && s.evidence().share().breaches()
                && s.evidence().share().observed().finding() == TrafficShareCheck.Finding.MORE;
    }

    /** The breach, and the roll back that it leads to. */
    static List<RolloutEvent> takenBack(RolloutState s, long now) {
        List<RolloutEvent> events = new ArrayList<>(reports(s, now));
        events.add(new RolloutEvent.RollbackIntended(
                now, "the canary gets more traffic than its weight: " + figures(s), null, null));
        return events;
    }

    /** A contradiction that several ticks agree on is reported once, and so is its end. */
    static List<RolloutEvent> reports(RolloutState s, long now) {
        TrafficShareCheck share = s.evidence().share();
        if (!atRest(s)) {
            return List.of();
        }
        TrafficShareCheck.Observed seen = share.observed();
        if (share.breaches() && !share.reported()) {
            boolean more = seen.finding() == TrafficShareCheck.Finding.MORE;
            return List.of(new RolloutEvent.TrafficShareDiffers(
                    now, s.phase(), s.weight(), seen.canary(), seen.total(), more));
        }
        return share.reported() && share.matches()
                ? List.of(new RolloutEvent.TrafficShareMatches(now, s.phase(), s.weight(), seen.canary(), seen.total()))
                : List.of();
    }

    /** Why the rollout is taken back when the shift could not be verified in time; null while there is time. */
    static String late(CanaryPlan plan, RolloutState s, long now) {
        boolean waits = s.intent() == null
                && s.position().appliedAt() != 0
                && !s.evidence().gate().isOpen();
        if (!waits
                || now - s.position().appliedAt()
                        <= plan.timing().shiftTimeout().toMillis()) {
            return null;
        }
        return "the observed traffic did not match " + s.weight() + " within "
                + Units.print(plan.timing().shiftTimeout())
                + (s.evidence().share().observed() == null ? "" : ": " + figures(s));
    }

    /** Once an advance is due: why it waits for the next green tick. Written once. */
    static List<RolloutEvent> delayed(CanaryPlan plan, RolloutState s, String staleProof, long now) {
        if (s.evidence().delayed()) {
            return List.of();
        }
        String why = s.evidence().share().contradicts()
                ? "the observed traffic does not match the weight, " + figures(s)
                : s.mayAdvance(plan, now)
                        ? "'" + staleProof + "' was not seen to hold for two intervals"
                        : "its last green tick was "
                                + Units.print(Duration.ofMillis(
                                        now - s.evidence().gate().lastDataAt())) + " ago";
        return List.of(new RolloutEvent.AdvanceDelayed(now, s.phase(), why));
    }

    private static boolean atRest(RolloutState s) {
        return s.phase() >= 0 && s.intent() == null && s.watch() == null;
    }

    private static String figures(RolloutState s) {
        TrafficShareCheck.Observed seen = s.evidence().share().observed();
        return s.evidence().share().figures(s.weight()) + " (" + seen.canary() + " of " + seen.total() + " requests)";
    }
}
