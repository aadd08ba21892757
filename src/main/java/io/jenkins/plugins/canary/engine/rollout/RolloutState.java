package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.GateFold;
import io.jenkins.plugins.canary.engine.gate.GateVerdict;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ended;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Where a rollout stands: the fold of its events, and nothing else. Immutable; equal journals give equal states.
 *
 * @param started null before the first event
 * @param phase index of the phase whose weight was last verified or is being shifted to; -1 before the first
 * @param weight last read back
 * @param aim the weight that the phase is to have: what it was last shifted to
 * @param changedAt when the weight was last read back after a change; 0 before
 * @param intent what the router has yet to do; null when nothing
 * @param appliedAt when the current phase's weight was read back; 0 before
 * @param share the observed share of the canary, compared with the weight since it was set
 * @param evidence what comparisons with stable have gathered since the current phase's clock opened
 * @param askedAt when approval of the current phase was asked for; 0 when it was not
 * @param approved whether the current phase was approved
 * @param held by whom and why the rollout is on hold; null when it is not
 * @param wanted the phase that the pipeline or a person asked for; -1 when none
 * @param override whether {@code wanted} may go ahead without a PASS
 * @param gateFailure why the current phase's gate failed; null when it did not
 * @param routerError what the router last said about the open intent; null when nothing went wrong
 * @param delayed whether the journal says that the next step waits for a green tick; ends with that tick
 * @param ticked items ticked, as {@code checklist/item}
 * @param proven when the criterion of each item that has one last passed, as {@code checklist/item}
 * @param watch what was seen since the promotion; null before
 * @param everShifted whether the router was ever asked for a weight
 * @param lastTickAt 0 before the first
 * @param lastEventAt the time of the last event of any kind
 */
public record RolloutState(
        Started started,
        int phase,
        Weight weight,
        Weight aim,
        long changedAt,
        Intent intent,
        long appliedAt,
        TrafficShareCheck share,
        GateFold gate,
        AbortFold abort,
        EvidenceFold evidence,
        long askedAt,
        boolean approved,
        Hold held,
        int wanted,
        boolean override,
        String gateFailure,
        String routerError,
        boolean delayed,
        Set<String> ticked,
        Map<String, Long> proven,
        WatchFold watch,
        boolean everShifted,
        long ticks,
        long lastTickAt,
        long lastEventAt,
        Ended ended) {

    /** A rollout that does not advance until somebody says so; by null when the engine stopped by itself. */
    public record Hold(String by, String reason) {}

    public static RolloutState empty(CanaryPlan plan) {
        return new RolloutStateReducer(plan).build();
    }

    /**
     * The state after one more event.
     *
     * @throws IllegalArgumentException when the event cannot follow: the journal was edited, or belongs to another plan
     */
    public RolloutState apply(CanaryPlan plan, RolloutEvent event) {
        return new RolloutStateReducer(plan, this).apply(event).build();
    }

    public static RolloutState of(CanaryPlan plan, List<RolloutEvent> events) {
        RolloutStateReducer draft = new RolloutStateReducer(plan);
        events.forEach(draft::apply);
        return draft.build();
    }

    public boolean isEnded() {
        return ended != null;
    }

    /** The phase in force; null before the first. */
    public Phase current(CanaryPlan plan) {
        return phase < 0 ? null : plan.phases().get(phase);
    }

    /** The phase's verdict so far; WAIT before the first shift is verified. */
    public GateVerdict verdict(CanaryPlan plan) {
        return phase < 0 || intent != null
                ? GateVerdict.WAIT
                : gate.verdict(plan.phases().get(phase).terms());
    }

    /**
     * Whether the rollout may leave its phase as far as metrics and traffic go: the gate passed, its last green tick is at
     * most two intervals old, and the observed traffic does not contradict the weight.
     */
    public boolean mayAdvance(CanaryPlan plan, long now) {
        return gate.passedAt() != 0
                && !share.contradicts()
                && now - gate.lastDataAt() <= 2 * plan.metrics().interval().toMillis();
    }

    /**
     * A ticked item of the lists that hold back a step whose criterion was last seen to pass more than two intervals ago; null
     * when there is none. A proof of long ago says nothing of now.
     */
    public String staleProof(CanaryPlan plan, boolean promotion, long now) {
        for (Map.Entry<String, Checklist> list : plan.checklists().entrySet()) {
            Checklist.When when = list.getValue().when();
            boolean holdsBack = when == Checklist.When.BEFORE
                    || promotion && when == Checklist.When.DURING
                    || plan.cap() != null && list.getKey().equals(plan.cap().until());
            for (Checklist.Item item : holdsBack ? list.getValue().items() : List.<Checklist.Item>of()) {
                long last = proven.getOrDefault(list.getKey() + "/" + item.text(), 0L);
                if (item.proof() != null
                        && isTicked(list.getKey(), item.text())
                        && now - last > 2 * plan.metrics().interval().toMillis()) {
                    return item.text();
                }
            }
        }
        return null;
    }

    /** What the cap leaves of a weight, given the checklist items ticked so far. */
    public Weight capped(CanaryPlan plan, Weight weight) {
        return plan.cap() == null || complete(plan, plan.cap().until())
                ? weight
                : weight.min(plan.cap().weight());
    }

    /** Whether the canary has more than the cap allows, because a tick was withdrawn. */
    public boolean aboveCap(CanaryPlan plan) {
        return capped(plan, weight).compareTo(weight) < 0;
    }

    /** Whether every item of a checklist is ticked; false when there is no such list. */
    public boolean complete(CanaryPlan plan, String checklist) {
        Checklist items = checklist == null ? null : plan.checklists().get(checklist);
        return items != null && items.texts().stream().allMatch(item -> ticked.contains(checklist + "/" + item));
    }

    /** What the next shift, the promotion or the end waits for; null when it is no checklist and no cap. */
    public BlockingChecklist waitsFor(CanaryPlan plan) {
        if (isEnded() || intent != null) {
            return null;
        }
        if (watch != null) {
            return BlockingChecklist.first(plan, this, Checklist.When.POST);
        }
        if (phase < 0) {
            return BlockingChecklist.beforeShift(
                    plan, this, plan.phases().get(0).weight());
        }
        if (!weight.equals(aim) && held == null) {
            return BlockingChecklist.beforeShift(plan, this, aim);
        }
        boolean through = gate.passedAt() != 0 && (askedAt == 0 || approved);
        if (!through) {
            return null;
        }
        return plan.isLast(phase)
                ? BlockingChecklist.beforePromotion(plan, this)
                : BlockingChecklist.beforeShift(
                        plan,
                        this,
                        DynamicWeightPolicy.into(
                                plan, this, plan.phases().get(phase + 1).weight()));
    }

    /** The phase that a tick belongs to: {@link CanaryPlan#afterwards} once the new version is promoted. */
    public int tickPhase(CanaryPlan plan) {
        return watch == null ? phase : plan.afterwards();
    }

    /** Whether the new version is the stable one, watched or not. */
    public boolean isPromoted() {
        return ended != null ? ended.outcome() == Outcome.PROMOTED : watch != null && intent == null;
    }

    public Status status(CanaryPlan plan) {
        if (ended != null) {
            return Status.valueOf(ended.outcome().name());
        }
        if (intent != null) {
            return switch (intent.kind()) {
                case SHIFT -> Status.SHIFTING;
                case PROMOTE -> Status.PROMOTING;
                case ROLL_BACK -> Status.ROLLING_BACK;
            };
        }
        if (watch != null) {
            return Status.ON_WATCH;
        }
        if (phase < 0) {
            return held == null && waitsFor(plan) != null ? Status.AWAITING_CHECKLIST : Status.STARTING;
        }
        if (held != null) {
            return Status.ON_HOLD;
        }
        if (gate.passedAt() == 0 && (weight.equals(aim) || waitsFor(plan) == null)) {
            return gateFailure != null ? Status.GATE_FAILED : Status.WATCHING;
        }
        if (askedAt != 0 && !approved) {
            return Status.AWAITING_APPROVAL;
        }
        BlockingChecklist open = waitsFor(plan);
        if (open == null) {
            return Status.PASSED;
        }
        return plan.cap() != null && Objects.equals(open.checklist(), plan.cap().until())
                ? Status.CAPPED
                : Status.AWAITING_CHECKLIST;
    }

    /** Items ticked by checklist, for people. */
    public boolean isTicked(String checklist, String item) {
        return ticked.contains(checklist + "/" + item);
    }

    /** The plan's own words for what each check read. */
    public Map<String, String> queries() {
        return started == null ? Map.of() : started.queries();
    }
}
