package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.RollbackIntended;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The decisions after the promotion: pure, like those before it. */
final class PostPromotionPolicy {

    /** For so long a rollout stays open for its post checklists; people who have not ticked by then will not. */
    static final Duration LISTS = Duration.ofDays(7);

    private PostPromotionPolicy() {}

    /** What follows when the promotion was read back. */
    static RolloutEvent promoted(CanaryPlan plan, Observation router, long now) {
        return plan.aftercare() == null
                ? new RolloutEvent.Ended(now, Outcome.PROMOTED, "every phase passed", router.weight())
                : new RolloutEvent.WatchStarted(
                        now, now + plan.aftercare().length().toMillis(), router.weight());
    }

    /** @param s with the tick folded in */
    static List<RolloutEvent> onTick(
            CanaryPlan plan, RolloutState s, RolloutEvent.Ticked ticked, Input.Tick tick, long now) {
        if (tick.router() != null && tick.router().successor() != null) {
            return over(now, null, superseded(tick.router()));
        }
        if (tick.router() != null && tick.router().settled() && !tick.router().promoted()) {
            String seen = "somebody else changed the router: it is at "
                    + tick.router().weight();
            return over(now, null, seen + ", and this version is no longer the promoted one");
        }
        List<RolloutEvent> events = new ArrayList<>();
        WatchFold watch = s.watch();
        if (watch.breach() == null) {
            FiredRule fired = FiredRule.first(plan.aftercare().abort(), watch.abort(), watch.failures(), ticked);
            if (fired != null) {
                Watch.OnBreach then = plan.aftercare().onBreach();
                events.add(new RolloutEvent.WatchBreached(now, fired.reason(), fired.rule(), then));
                if (then == Watch.OnBreach.ROLLBACK) {
                    events.add(takenBack(fired.reason(), fired.rule(), now));
                }
            }
        } else if (watch.greens() >= WatchFold.GREENS) {
            events.add(new RolloutEvent.WatchRecovered(now));
        }
        return events;
    }

    static String superseded(Observation router) {
        return router.successor() + " has had the target since the promotion: nothing is taken back any more";
    }

    private static RollbackIntended takenBack(String reason, String rule, long now) {
        return new RollbackIntended(now, "after the promotion, " + reason, rule, null);
    }

    /** What follows of itself; asked again until the answer is nothing. */
    static List<RolloutEvent> next(CanaryPlan plan, RolloutState s, long now) {
        WatchFold watch = s.watch();
        WatchFold.Breach breach = watch.breach();
        if (breach != null && breach.then() == Watch.OnBreach.ROLLBACK && breach.accepted() == null) {
            // Killed between the two lines: the breach is on record, and what it leads to is not.
            return List.of(takenBack(breach.reason(), breach.rule(), now));
        }
        if (watch.over() != null) {
            return List.of(new RolloutEvent.Ended(now, Outcome.PROMOTED, watch.over(), s.weight()));
        }
        if (now < watch.until() || watch.asks()) {
            return List.of();
        }
        BlockingChecklist open = BlockingChecklist.first(plan, s, Checklist.When.POST);
        if (open == null) {
            String done = "every phase passed, and what follows is done";
            return over(now, null, plan.watch() == null ? done : watched(plan, watch, now));
        }
        return now < watch.since() + Math.max(plan.aftercare().length().toMillis(), LISTS.toMillis())
                ? List.of()
                : over(now, null, "the " + open.says() + " after " + Units.print(LISTS));
    }

    /** What the watch came to: also for how long nobody could have seen a breach. */
    private static String watched(CanaryPlan plan, WatchFold watch, long now) {
        long blind = watch.blindAt(now, plan.metrics().interval()) / 1_000 * 1_000;
        String unseen = ", without data for " + Units.print(Duration.ofMillis(blind)) + " of the time until now";
        return "watched for " + Units.print(plan.watch().length()) + (blind == 0 ? "" : unseen)
                + (watch.breach() == null ? "" : "; breached at the end");
    }

    /** The rollout stays promoted, and nobody looks any more: its end follows of itself. */
    private static List<RolloutEvent> over(long now, String by, String reason) {
        return List.of(new RolloutEvent.WatchEnded(now, by, reason));
    }

    /** @throws Input.CommandRefused when it does not fit a version that is promoted */
    static List<RolloutEvent> on(RolloutState s, Input.Command command, long now) throws Input.CommandRefused {
        if (command instanceof Input.KeepVersion c) {
            if (s.watch().breach() == null) {
                throw new Input.CommandRefused("the watch has no open breach: there is nothing to accept");
            }
            return List.of(new RolloutEvent.BreachAccepted(now, c.by(), c.comment()));
        } else if (command instanceof Input.EndWatch c) {
            return over(now, c.by(), c.reason());
        } else if (command instanceof Input.GiveUp c) {
            return over(now, c.by(), c.reason());
        } else if (command instanceof Input.OwnerGone) {
            // The build ends with the promotion; whoever watches then decides.
            return List.of();
        }
        throw new Input.CommandRefused(
                "the new version is promoted and on watch: it can be kept, rolled back, or the watch ended");
    }
}
