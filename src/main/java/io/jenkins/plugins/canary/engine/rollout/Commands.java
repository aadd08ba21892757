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
            if (s.aboveCap(plan)) {
                throw new CommandRefused("the weight " + s.weight() + " is above the cap of " + plan.cap().weight()
                        + ": complete the checklist " + plan.cap().until() + " first, or roll back");
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
            return s.isTicked(c.checklist(), c.item())
                    ? List.of(new RolloutEvent.ItemWithdrawn(now, c.checklist(), c.item(), c.by())) : List.of();
        } else if (command instanceof Input.OwnerGone c) {
            if (rolling(s)) {
                return List.of();
            }
            return plan.onBuildEnd() == OnBuildEnd.HOLD
                    ? List.of(held(s, c.reason(), now))
                    : rollBack(s, now, c.reason(), null);
        } else if (command instanceof Input.GiveUp c) {
            if (rolling(s)) {
                throw new CommandRefused("the rollout is being rolled back: that cannot be given up");
            }
            return List.of(held(s, c.reason(), now));
        }
        throw new IllegalStateException("no such command: " + command);
    }

    private static RolloutEvent held(RolloutState s, String reason, long now) {
        String underWay = s.intent() == null ? ""
                : "; a shift to " + s.intent().to() + " was under way: look at the router";
        return new RolloutEvent.Ended(now, Outcome.HELD, reason + underWay, s.weight());
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
        if (s.gate().passedAt() == 0 && (c.reason() == null || c.reason().isBlank())) {
            throw new CommandRefused("the gate of phase " + s.current(plan).name()
                    + " has not passed: going on without it wants a reason, which the journal keeps");
        }
        return List.of(new RolloutEvent.AdvanceAsked(now, c.to(), c.by(), c.override(), c.reason()));
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

    private static String words(Status status) {
        return status.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
