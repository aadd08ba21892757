package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.Input.Command;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import java.util.List;
import java.util.Set;

/** What people's commands come to: pure functions of plan, state and time. */
final class Commands {

    private Commands() {}

    /**
     * @param evidence the gate's checks at the last tick, kept with an approval
     * @throws CommandRefused when the command does not fit; nothing happens then
     */
    static List<RolloutEvent> on(CanaryPlan plan, RolloutState s, Command command, List<Check> evidence, long now)
            throws CommandRefused {
        if (s.isEnded()) {
            throw new CommandRefused("the rollout has ended: " + s.ended().outcome() + ", " + s.ended().reason());
        }
        if (command instanceof Input.Approve c) {
            decidedBy(plan, s, c.by(), c.groups(), c.comment());
            return List.of(new RolloutEvent.Approved(now, s.phase(), c.by(), c.comment(), evidence));
        } else if (command instanceof Input.Reject c) {
            decidedBy(plan, s, c.by(), c.groups(), c.comment());
            return rollBack(s, now, "approval of phase " + s.current(plan).name() + " refused"
                    + (c.comment() == null || c.comment().isBlank() ? "" : ": " + c.comment()), c.by());
        } else if (command instanceof Input.SetHold c) {
            if (s.held() != null) {
                throw new CommandRefused("the rollout is on hold already: " + s.held().reason());
            }
            return List.of(new RolloutEvent.HoldSet(now, c.by(), c.reason()));
        } else if (command instanceof Input.LiftHold c) {
            if (s.held() == null) {
                throw new CommandRefused("the rollout is not on hold");
            }
            return List.of(new RolloutEvent.HoldLifted(now, c.by()));
        } else if (command instanceof Input.Advance c) {
            return advance(plan, s, c, now);
        } else if (command instanceof Input.RollBack c) {
            return rollBack(s, now, c.reason(), c.by());
        } else if (command instanceof Input.TickItem c) {
            exists(plan, c.checklist(), c.item());
            return s.isTicked(c.checklist(), c.item()) ? List.of()
                    : List.of(new RolloutEvent.ItemTicked(now, c.checklist(), c.item(), c.by()));
        } else if (command instanceof Input.WithdrawItem c) {
            exists(plan, c.checklist(), c.item());
            return withdraw(plan, s, c, now);
        } else if (command instanceof Input.OwnerGone c) {
            return plan.onBuildEnd() == OnBuildEnd.HOLD
                    ? List.of(new RolloutEvent.Ended(now, Outcome.HELD, c.reason(), s.weight()))
                    : rolling(s) ? List.of() : rollBack(s, now, c.reason(), null);
        } else if (command instanceof Input.GiveUp c) {
            if (rolling(s)) {
                throw new CommandRefused("the rollout is being rolled back: that cannot be given up");
            }
            return List.of(new RolloutEvent.Ended(now, Outcome.HELD, c.reason(), s.weight()));
        }
        throw new IllegalStateException("no such command: " + command);
    }

    private static boolean rolling(RolloutState s) {
        return s.intent() != null && s.intent().kind() == Intent.Kind.ROLL_BACK;
    }

    private static List<RolloutEvent> rollBack(RolloutState s, long now, String reason, String by)
            throws CommandRefused {
        if (rolling(s)) {
            throw new CommandRefused("the rollout is being rolled back already: " + s.intent().reason());
        }
        return List.of(s.everShifted()
                ? new RolloutEvent.RollbackIntended(now, reason, null, by)
                : new RolloutEvent.Ended(now, Outcome.FAILED, reason + " (before the first shift)", s.weight()));
    }

    private static void decidedBy(CanaryPlan plan, RolloutState s, String by, Set<String> groups, String comment)
            throws CommandRefused {
        if (s.status(plan) != Status.AWAITING_APPROVAL && !(s.askedAt() != 0 && !s.approved() && s.intent() == null)) {
            throw new CommandRefused("no approval is pending: the rollout is " + words(s.status(plan)));
        }
        Phase.Approval approval = s.current(plan).approval();
        if (!approval.by().isEmpty() && !approval.by().contains(by)
                && approval.by().stream().noneMatch(groups::contains)) {
            throw new CommandRefused("phase " + s.current(plan).name() + " is approved by "
                    + String.join(" or ", approval.by()) + ", and " + by + " is neither");
        }
        if (approval.requireComment() && (comment == null || comment.isBlank())) {
            throw new CommandRefused("phase " + s.current(plan).name() + " wants a comment with the decision");
        }
    }

    private static List<RolloutEvent> advance(CanaryPlan plan, RolloutState s, Input.Advance c, long now)
            throws CommandRefused {
        if (s.phase() < 0 || s.intent() != null) {
            throw new CommandRefused("the rollout is " + words(s.status(plan)) + ": wait until that is done");
        }
        if (c.to() <= s.phase() || c.to() > plan.phases().size()) {
            throw new CommandRefused("the rollout is in phase " + s.current(plan).name() + " at " + s.weight()
                    + ": it can only go on to a later phase");
        }
        if (s.gate().passedAt() == 0 && !c.override()) {
            throw new CommandRefused("the gate of phase " + s.current(plan).name()
                    + " has not passed: run canaryGate first");
        }
        return List.of(new RolloutEvent.AdvanceAsked(now, c.to(), c.by(), c.override()));
    }

    private static void exists(CanaryPlan plan, String checklist, String item) throws CommandRefused {
        List<String> items = plan.checklists().get(checklist);
        if (items == null) {
            throw new CommandRefused("the plan has no checklist " + checklist + "; it has "
                    + String.join(", ", plan.checklists().keySet()));
        }
        if (!items.contains(item)) {
            throw new CommandRefused("checklist " + checklist + " has no item '" + item + "'");
        }
    }

    /** A tick withdrawn while the weight is above the cap stops the rollout where it is. */
    private static List<RolloutEvent> withdraw(CanaryPlan plan, RolloutState s, Input.WithdrawItem c, long now) {
        if (!s.isTicked(c.checklist(), c.item())) {
            return List.of();
        }
        RolloutEvent withdrawn = new RolloutEvent.ItemWithdrawn(now, c.checklist(), c.item(), c.by());
        RolloutState then = s.apply(plan, withdrawn);
        boolean above = then.capped(plan, s.weight()).compareTo(s.weight()) < 0;
        return above && s.held() == null
                ? List.of(withdrawn, new RolloutEvent.HoldSet(now, c.by(), "'" + c.item() + "' was withdrawn from "
                        + c.checklist() + " while the weight is above the cap of " + plan.cap().weight()))
                : List.of(withdrawn);
    }

    private static String words(Status status) {
        return status.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
