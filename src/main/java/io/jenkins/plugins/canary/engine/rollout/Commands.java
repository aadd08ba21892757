package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.rollout.Input.Command;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Input.Unknown;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.util.List;
import java.util.stream.Collectors;

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
            throw new CommandRefused("the rollout has ended: " + s.ended().outcome() + ", "
                    + s.ended().reason());
        }
        if (s.watch() != null && s.intent() == null && afterwards(command)) {
            return PostPromotionPolicy.on(s, command, now);
        }
        if (command instanceof Input.Approve c) {
            return ApprovalPolicy.on(plan, s, c, evidence, now);
        } else if (command instanceof Input.Reject c) {
            ApprovalPolicy.mayDecide(plan, s, c.phase(), c.by(), c.roles(), c.comment());
            String why = isBlank(c.comment()) ? "" : ": " + c.comment();
            return rollBack(s, now, "approval of phase " + s.current(plan).name() + " refused" + why, c.by(), false);
        } else if (command instanceof Input.WithdrawApproval c) {
            return ApprovalPolicy.on(plan, s, c, now);
        } else if (command instanceof Input.SetHold c) {
            if (s.people().held() != null) {
                throw new CommandRefused(
                        "the rollout is on hold already: " + s.people().held().reason());
            }
            return List.of(new RolloutEvent.HoldSet(now, c.by(), c.reason()));
        } else if (command instanceof Input.LiftHold c) {
            if (s.people().held() == null) {
                throw new CommandRefused("the rollout is not on hold");
            }
            if (s.aboveCap(plan)) {
                throw new CommandRefused("the weight " + s.weight() + " is above the cap of "
                        + plan.cap().weight() + ": complete the checklist "
                        + plan.cap().until() + " first, or roll back");
            }
            return List.of(new RolloutEvent.HoldLifted(now, c.by()));
        } else if (command instanceof Input.Advance c) {
            return advance(plan, s, c, now);
        } else if (command instanceof Input.RollBack c) {
            return rollBack(s, now, c.reason(), c.by(), false);
        } else if (command instanceof Input.TickItem c) {
            byHand(plan, c.checklist(), c.item());
            return s.isTicked(c.checklist(), c.item())
                    ? List.of()
                    : List.of(new RolloutEvent.ItemTicked(now, c.checklist(), c.item(), c.by(), null));
        } else if (command instanceof Input.WithdrawItem c) {
            byHand(plan, c.checklist(), c.item());
            return s.isTicked(c.checklist(), c.item())
                    ? List.of(new RolloutEvent.ItemWithdrawn(now, c.checklist(), c.item(), c.by(), null))
                    : List.of();
        } else if (command instanceof Input.OverrideWindow c) {
            return overrideWindow(s, c, now);
        } else if (command instanceof Input.KeepVersion || command instanceof Input.EndWatch) {
            throw new CommandRefused("the rollout is not on watch: it is " + words(s.status(plan)));
        } else if (command instanceof Input.OwnerGone c) {
            if (s.isRollingBack()) {
                return List.of();
            }
            return plan.timing().onBuildEnd() == OnBuildEnd.HOLD
                    ? List.of(held(s, c.reason(), now))
                    : rollBack(s, now, c.reason(), null, true);
        } else if (command instanceof Input.GiveUp c) {
            if (s.isRollingBack()) {
                throw new CommandRefused("the rollout is being rolled back: that cannot be given up");
            }
            return List.of(held(s, c.reason(), now));
        }
        throw new IllegalStateException("no such command: " + command);
    }

    private static List<RolloutEvent> overrideWindow(RolloutState s, Input.OverrideWindow c, long now)
            throws CommandRefused {
        if (s.window() == null || s.isRollingBack()) {
            throw new CommandRefused("the windows are open, or nothing will rise: there is nothing to override");
        }
        if (isBlank(c.comment())) {
            throw new CommandRefused("a rise outside of the windows wants a comment, which the journal keeps");
        }
        return s.isWindowOpen() ? List.of() : List.of(new RolloutEvent.WindowOverridden(now, c.by(), c.comment()));
    }

    private static RolloutEvent held(RolloutState s, String reason, long now) {
        String underWay =
                s.intent() == null ? "" : "; a shift to " + s.intent().to() + " was under way: look at the router";
        ExtraTraffic extra = s.position().extra();
        String left = extra.isNone() ? "" : "; the canary still gets " + extra.beside(s.weight());
        return new RolloutEvent.Ended(now, Outcome.HELD, reason + underWay + left, s.weight());
    }

    private static List<RolloutEvent> rollBack(RolloutState s, long now, String reason, String by, boolean abandoned)
            throws CommandRefused {
        if (s.isRollingBack()) {
            throw new CommandRefused(
                    "the rollout is being rolled back already: " + s.intent().reason());
        }
        String early = reason + " (before the first shift)";
        return s.position().everShifted()
                ? List.of(new RolloutEvent.RollbackIntended(now, reason, null, by, abandoned))
                : List.of(new RolloutEvent.Ended(now, Outcome.FAILED, early, s.weight()));
    }

    static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    private static List<RolloutEvent> advance(CanaryPlan plan, RolloutState s, Input.Advance c, long now)
            throws CommandRefused {
        if (s.phase() < 0 || s.intent() != null) {
            throw new CommandRefused("the rollout is " + words(s.status(plan)) + ": wait until that is done");
        }
        String name = s.current(plan).name();
        if (c.to() <= s.phase() || c.to() > plan.phases().size()) {
            throw new CommandRefused(
                    "the rollout is in phase " + name + " at " + s.weight() + ": it can only go on to a later phase");
        }
        boolean withoutPass = s.evidence().gate().passedAt() == 0;
        if (withoutPass && !c.override()) {
            throw new CommandRefused("the gate of phase " + name + " has not passed: run canaryGate first");
        }
        if (withoutPass && isBlank(c.reason())) {
            throw new CommandRefused("the gate of phase " + name
                    + " has not passed: going on without it wants a reason, which the journal keeps");
        }
        // Who had a pass to go by overrode nothing, also when the pass is taken back before the shift. A pass without a
        // green tick lately is waited for, unless whoever overrides says why not.
        boolean overrides = withoutPass || c.override() && !isBlank(c.reason()) && !s.mayAdvance(plan, now);
        return List.of(new RolloutEvent.AdvanceAsked(now, c.to(), c.by(), overrides, c.reason()));
    }

    /** Whether a command means something else once the new version is promoted. */
    private static boolean afterwards(Command command) {
        return !(command instanceof Input.RollBack
                || command instanceof Input.TickItem
                || command instanceof Input.WithdrawItem);
    }

    private static void byHand(CanaryPlan plan, String checklist, String text) throws CommandRefused {
        Checklist list = plan.checklists().get(checklist);
        if (list == null) {
            String known = plan.checklists().isEmpty()
                    ? "none"
                    : String.join(", ", plan.checklists().keySet());
            throw new Unknown("the plan has no checklist " + checklist + "; it has " + known);
        }
        String items = list.texts().stream().map(known -> "'" + known + "'").collect(Collectors.joining(", "));
        Checklist.Item item = list.item(text)
                .orElseThrow(
                        () -> new Unknown("checklist " + checklist + " has no item '" + text + "'; it has " + items));
        if (item.proof() != null) {
            throw new CommandRefused("'" + text + "' is not ticked by hand: it is proven by "
                    + item.proof().label());
        }
    }

    static String words(Status status) {
        return status.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
