package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which actions fit where a rollout stands and who asks: the buttons that the page shows. */
final class Actions {

    private static final Set<Status> PROMOTABLE = EnumSet.of(Status.WATCHING, Status.PASSED, Status.GATE_FAILED);

    private Actions() {}

    /** Where the rollout would go when somebody said so; null when that would change nothing now. */
    static RolloutStatusResponse.NextRow next(CanaryPlan plan, RolloutState s) {
        if (!PROMOTABLE.contains(s.status(plan))) {
            return null;
        }
        boolean override = s.evidence().gate().passedAt() == 0;
        if (plan.isLast(s.phase())) {
            return new RolloutStatusResponse.NextRow(plan.phases().size(), null, Weight.FULL, override);
        }
        Phase next = plan.phases().get(s.phase() + 1);
        return s.capped(plan, next.weight()).equals(next.weight())
                ? new RolloutStatusResponse.NextRow(s.phase() + 1, next.name(), next.weight(), override)
                : null;
    }

    static List<String> fit(CanaryPlan plan, RolloutState s, Person person) {
        List<String> fit = new ArrayList<>();
        if (s.isEnded() || s.started() == null) {
            return fit;
        }
        if (s.isApprovalPending() && mayDecide(s.current(plan).approval(), person)) {
            fit.add("approve");
            fit.add("reject");
        }
        if (person.control() && !s.isRollingBack()) {
            if (next(plan, s) != null) {
                fit.add("promote");
            }
            if (s.watch() == null) {
                fit.add(s.people().held() == null ? "hold" : "release");
            } else {
                fit.add("endWatch");
            }
            fit.add("rollback");
        }
        if (person.approve()
                && s.watch() != null
                && s.intent() == null
                && s.watch().asks()) {
            fit.add("keep");
        }
        if ((person.approve() || person.control()) && byHand(plan)) {
            fit.add("tick");
            fit.add("withdraw");
        }
        return fit;
    }

    private static boolean byHand(CanaryPlan plan) {
        return plan.checklists().values().stream()
                .flatMap(l -> l.items().stream())
                .anyMatch(i -> i.proof() == null);
    }

    static boolean mayDecide(Phase.Approval approval, Person person) {
        return person.approve() && approval.allows(person.user(), person.roles());
    }
}
