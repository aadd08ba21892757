package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Input.NotAllowed;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may agree that a rollout leaves its phase, and what an agreement comes to: pure functions of plan, state and time. */
public final class ApprovalPolicy {

    /** Why the agreement of somebody would not count. */
    public enum Ineligible {
        /** The plan names others. */
        NOT_NAMED,
        STARTER,
        COMMITTER,
        /** The plan excludes people of whom the journal does not say who they are. */
        UNKNOWN,
        /** They have agreed already. */
        AGREED
    }

    private ApprovalPolicy() {}

    /**
     * Why somebody's agreement to the phase in force would not count; empty when it would.
     *
     * @param roles the entries of {@code approval.by} that the user is, beside their own id
     */
    public static Optional<Ineligible> ineligible(CanaryPlan plan, RolloutState s, String user, Set<String> roles) {
        Approval approval = s.current(plan).approval();
        if (!approval.allows(user, roles)) {
            return Optional.of(Ineligible.NOT_NAMED);
        }
        for (Exclusion exclusion : Exclusion.values()) {
            if (!approval.notBy().contains(exclusion)) {
                continue;
            }
            List<String> excluded = s.started().involved().get(exclusion);
            if (excluded == null) {
                return Optional.of(Ineligible.UNKNOWN);
            } else if (excluded.contains(user)) {
                return Optional.of(exclusion == Exclusion.STARTER ? Ineligible.STARTER : Ineligible.COMMITTER);
            }
        }
        return s.people().hasAgreed(user) ? Optional.of(Ineligible.AGREED) : Optional.empty();
    }

    static List<RolloutEvent> on(CanaryPlan plan, RolloutState s, Input.Approve c, List<Check> evidence, long now)
            throws CommandRefused {
        mustBePending(plan, s, c.phase());
        Optional<Ineligible> why = ineligible(plan, s, c.by(), c.roles());
        if (why.isPresent()) {
            throw refusal(plan, s, c.by(), why.get());
        }
        mustSayWhy(plan, s, c.comment());
        int agreed = s.people().agreements().size() + 1;
        return List.of(new RolloutEvent.Approved(now, s.phase(), c.by(), c.comment(), evidence, agreed, c.shown()));
    }

    static List<RolloutEvent> on(CanaryPlan plan, RolloutState s, Input.WithdrawApproval c, long now)
            throws CommandRefused {
        mustBePending(plan, s, c.phase());
        if (!s.people().hasAgreed(c.by())) {
            throw new CommandRefused(
                    c.by() + " has not agreed to phase " + s.current(plan).name() + ": there is nothing to withdraw");
        }
        return List.of(new RolloutEvent.ApprovalWithdrawn(now, s.phase(), c.by()));
    }

    /** Whether somebody may say no: also those whose yes does not count. */
    static void mayDecide(CanaryPlan plan, RolloutState s, int phase, String by, Set<String> roles, String comment)
            throws CommandRefused {
        mustBePending(plan, s, phase);
        if (!s.current(plan).approval().allows(by, roles)) {
            throw refusal(plan, s, by, Ineligible.NOT_NAMED);
        }
        mustSayWhy(plan, s, comment);
    }

    private static void mustBePending(CanaryPlan plan, RolloutState s, int phase) throws CommandRefused {
        if (phase != s.phase() && phase >= 0 && phase < plan.phases().size()) {
            String where = s.phase() < 0
                    ? "before the first phase"
                    : "in phase " + s.current(plan).name();
            throw new CommandRefused("phase " + plan.phases().get(phase).name()
                    + " is not the one to be decided on: the rollout is " + where);
        }
        if (!s.isApprovalPending(plan)) {
            throw new CommandRefused("no approval is pending: the rollout is " + Commands.words(s.status(plan)));
        }
    }

    private static void mustSayWhy(CanaryPlan plan, RolloutState s, String comment) throws CommandRefused {
        if (s.current(plan).approval().requireComment() && Commands.isBlank(comment)) {
            throw new CommandRefused("phase " + s.current(plan).name()
                    + " wants a comment with the decision: say in the field comment why");
        }
    }

    private static CommandRefused refusal(CanaryPlan plan, RolloutState s, String user, Ineligible why) {
        String name = s.current(plan).name();
        Approval approval = s.current(plan).approval();
        String who = "; it may be approved by " + approval.approvers();
        String not = user + " may not approve phase " + name;
        return switch (why) {
            case NOT_NAMED -> new NotAllowed(not + who, approval.by());
            case STARTER -> new NotAllowed(not + ", having started this rollout" + who, approval.by());
            case COMMITTER -> new NotAllowed(not + ", having committed to this version" + who, approval.by());
            case UNKNOWN ->
                new NotAllowed(
                        not + ": the plan excludes people by notBy, and it is not known who they are;"
                                + " roll back, and start the rollout in Jenkins",
                        List.of());
            case AGREED ->
                new CommandRefused(user + " has agreed to phase " + name + " already: "
                        + s.people().agreements().size() + " of " + approval.min()
                        + " people have, and the others must be different ones");
        };
    }
}
