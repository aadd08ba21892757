package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.GateVerdict;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Ended;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent.Started;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where a rollout stands: the fold of its events, and nothing else. Immutable; equal journals give equal states.
 *
 * @param watch null before the promotion
 * @param window null while the plan's windows are open
 */
public record RolloutState(
        Started started,
        Position position,
        TickFold evidence,
        People people,
        WatchFold watch,
        WindowFold window,
        long lastEventAt,
        Ended ended) {

    public static RolloutState empty(CanaryPlan plan) {
        return new RolloutState(null, Position.START, TickFold.start(plan), People.SILENT, null, null, 0, null);
    }

    /**
     * The state after one more event.
     *
     * @throws IllegalArgumentException when the event cannot follow: the journal was edited, or belongs to another plan
     */
    public RolloutState apply(CanaryPlan plan, RolloutEvent event) {
        return RolloutStateReducer.next(plan, this, event, null);
    }

    public static RolloutState of(CanaryPlan plan, List<RolloutEvent> events) {
        RolloutState state = empty(plan);
        for (RolloutEvent event : events) {
            state = state.apply(plan, event);
        }
        return state;
    }

    RolloutState with(Position next) {
        return new RolloutState(started, next, evidence, people, watch, window, lastEventAt, ended);
    }

    RolloutState with(TickFold next) {
        return new RolloutState(started, position, next, people, watch, window, lastEventAt, ended);
    }

    RolloutState with(People next) {
        return new RolloutState(started, position, evidence, next, watch, window, lastEventAt, ended);
    }

    RolloutState with(WatchFold next) {
        return new RolloutState(started, position, evidence, people, next, window, lastEventAt, ended);
    }

    RolloutState with(WindowFold next) {
        return new RolloutState(started, position, evidence, people, watch, next, lastEventAt, ended);
    }

    /** Index of the phase in force; -1 before the first. */
    public int phase() {
        return position.phase();
    }

    /** The weight last read back. */
    public Weight weight() {
        return position.weight();
    }

    /** What the canary was last seen to get, after a phase's name: {@code at 5%}, {@code for header X-Canary=always}. */
    public String at() {
        return position.extra().at(position.weight());
    }

    /** The most that the canary may have now: a shift that was not verified may be in force. */
    Weight inForce() {
        boolean rising = intent() != null
                && intent().kind() == Intent.Kind.SHIFT
                && intent().to().compareTo(weight()) > 0;
        return rising ? intent().to() : weight();
    }

    /** Whether the canary was last seen to get something else than the phase in force wants. */
    boolean isAstray(CanaryPlan plan) {
        return phase() >= 0
                && !(weight().equals(position.target())
                        && position.extra().equals(current(plan).extra()));
    }

    /** What the router has yet to do; null when nothing. */
    public Intent intent() {
        return position.intent();
    }

    /** Whether the canary is on its way back to weight 0. */
    public boolean isRollingBack() {
        return intent() != null && intent().kind() == Intent.Kind.ROLL_BACK;
    }

    /**
     * Whether people may decide on the phase in force, and too few have: they were asked, or will be from a time of day on,
     * before which they may agree.
     */
    public boolean isApprovalPending(CanaryPlan plan) {
        if (isEnded() || intent() != null || watch != null || phase() < 0 || people.approved()) {
            return false;
        }
        Approval approval = current(plan).approval();
        boolean overridden = people.override() && people.wanted() > phase();
        boolean through = evidence.gate().passedAt() != 0 || overridden;
        return approval != null && (people.askedAt() != 0 || through && approval.from() != null);
    }

    /** Why a gate that failed has to be answered with a roll back now; null when there is none. */
    public String failedGate() {
        boolean passed = evidence.gate().passedAt() != 0;
        return isEnded() || intent() != null || passed ? null : evidence.gateFailure();
    }

    public boolean isEnded() {
        return ended != null;
    }

    /** The phase in force; null before the first. */
    public Phase current(CanaryPlan plan) {
        return phase() < 0 ? null : plan.phases().get(phase());
    }

    /** The phase's verdict so far; WAIT before the first shift is verified. */
    public GateVerdict verdict(CanaryPlan plan) {
        return phase() < 0 || intent() != null
                ? GateVerdict.WAIT
                : evidence.gate().verdict(plan.phases().get(phase()).terms());
    }

    /**
     * Whether the rollout may leave its phase as far as metrics and traffic go: the gate passed, its last green tick is at
     * most two intervals old, the observed traffic does not contradict the weight, and the canary can serve it.
     */
    public boolean mayAdvance(CanaryPlan plan, long now) {
        return evidence.gate().passedAt() != 0
                && !evidence.share().contradicts()
                && !evidence.health().isDown()
                && isRecent(plan, evidence.gate().lastDataAt(), now);
    }

    /** What was seen longer ago than two intervals says nothing of now. */
    private static boolean isRecent(CanaryPlan plan, long at, long now) {
        return now - at <= 2 * plan.metrics().interval().toMillis();
    }

    /**
     * A ticked item of the lists that hold back a step whose criterion was last seen to pass more than two intervals ago; null
     * when there is none.
     */
    public String staleProof(CanaryPlan plan, boolean promotion, long now) {
        for (Map.Entry<String, Checklist> list : plan.checklists().entrySet()) {
            Checklist.When when = list.getValue().when();
            boolean holdsBack = when == Checklist.When.BEFORE
                    || promotion && when == Checklist.When.DURING
                    || plan.cap() != null && list.getKey().equals(plan.cap().until());
            for (Checklist.Item item : holdsBack ? list.getValue().items() : List.<Checklist.Item>of()) {
                long last = evidence.proven().getOrDefault(list.getKey() + "/" + item.text(), 0L);
                if (item.proof() != null && isTicked(list.getKey(), item.text()) && !isRecent(plan, last, now)) {
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
        return capped(plan, weight()).compareTo(weight()) < 0;
    }

    /** Whether every item of a checklist is ticked; false when there is no such list. */
    public boolean complete(CanaryPlan plan, String checklist) {
        Checklist items = checklist == null ? null : plan.checklists().get(checklist);
        return items != null
                && items.texts().stream().allMatch(item -> people.ticked().contains(checklist + "/" + item));
    }

    /** Whether a shift gives the canary more than it was last seen to get. */
    boolean rises(Weight to, ExtraTraffic extra) {
        return to.compareTo(weight()) > 0 || !extra.isNone() && !extra.equals(position.extra());
    }

    /** Whether the plan's windows let the canary get more, or a person does. */
    boolean isWindowOpen() {
        return window == null || window.overriddenBy() != null;
    }

    /** Whether nothing but a green tick has to be waited for before a shift. */
    boolean mayShift(CanaryPlan plan, Weight to, ExtraTraffic extra) {
        return BlockingChecklist.beforeShift(plan, this, to, extra) == null && (isWindowOpen() || !rises(to, extra));
    }

    /** The same of the promotion. */
    boolean mayPromote(CanaryPlan plan) {
        return BlockingChecklist.beforePromotion(plan, this) == null && isWindowOpen();
    }

    /** What the next shift, the promotion or the end waits for; null when it is no checklist and no cap. */
    public BlockingChecklist waitsFor(CanaryPlan plan) {
        if (isEnded() || intent() != null) {
            return null;
        }
        if (watch != null) {
            return BlockingChecklist.first(plan, this, Checklist.When.POST);
        }
        Step next = nextStep(plan);
        if (next == null) {
            return null;
        }
        return next.promotion()
                ? BlockingChecklist.beforePromotion(plan, this)
                : BlockingChecklist.beforeShift(plan, this, next.to(), next.extra());
    }

    /** Whether the next rise, or the promotion, waits for the plan's windows. */
    public boolean waitsForWindow(CanaryPlan plan) {
        if (isEnded() || intent() != null || watch != null || isWindowOpen()) {
            return false;
        }
        Step next = nextStep(plan);
        return next != null && (next.promotion() || rises(next.to(), next.extra()));
    }

    /** What the router would be asked for next. */
    private record Step(boolean promotion, Weight to, ExtraTraffic extra) {}

    /** Null while the phase has not passed, or a person has to agree. */
    private Step nextStep(CanaryPlan plan) {
        if (phase() < 0) {
            Phase first = plan.phases().get(0);
            return new Step(false, first.weight(), first.extra());
        }
        if (isAstray(plan) && people.held() == null) {
            return new Step(false, position.target(), current(plan).extra());
        }
        if (evidence.gate().passedAt() == 0 || isApprovalPending(plan)) {
            return null;
        }
        if (plan.isLast(phase())) {
            return new Step(true, Weight.FULL, ExtraTraffic.NONE);
        }
        Phase next = plan.phases().get(phase() + 1);
        return new Step(false, DynamicWeightPolicy.into(plan, this, next.weight()), next.extra());
    }

    /** The phase that a tick belongs to: {@link CanaryPlan#afterwards} once the new version is promoted. */
    public int tickPhase(CanaryPlan plan) {
        return watch == null ? phase() : plan.afterwards();
    }

    /** Whether the new version is the stable one, watched or not. */
    public boolean isPromoted() {
        return ended != null ? ended.outcome() == Outcome.PROMOTED : watch != null && intent() == null;
    }

    public Status status(CanaryPlan plan) {
        if (ended != null) {
            return Status.valueOf(ended.outcome().name());
        }
        if (intent() != null) {
            return switch (intent().kind()) {
                case SHIFT -> Status.SHIFTING;
                case PROMOTE -> Status.PROMOTING;
                case ROLL_BACK -> Status.ROLLING_BACK;
            };
        }
        if (watch != null) {
            return Status.ON_WATCH;
        }
        if (phase() < 0) {
            if (people.held() == null && waitsFor(plan) != null) {
                return Status.AWAITING_CHECKLIST;
            }
            return people.held() == null && waitsForWindow(plan) ? Status.AWAITING_WINDOW : Status.STARTING;
        }
        if (people.held() != null) {
            return Status.ON_HOLD;
        }
        if (evidence.gate().passedAt() == 0 && (!isAstray(plan) || waitsFor(plan) == null && !waitsForWindow(plan))) {
            return evidence.gateFailure() != null ? Status.GATE_FAILED : Status.WATCHING;
        }
        if (isApprovalPending(plan)) {
            return Status.AWAITING_APPROVAL;
        }
        BlockingChecklist open = waitsFor(plan);
        if (open == null) {
            return waitsForWindow(plan) ? Status.AWAITING_WINDOW : Status.PASSED;
        }
        return plan.cap() != null && Objects.equals(open.checklist(), plan.cap().until())
                ? Status.CAPPED
                : Status.AWAITING_CHECKLIST;
    }

    /** Items ticked by checklist, for people. */
    public boolean isTicked(String checklist, String item) {
        return people.ticked().contains(checklist + "/" + item);
    }

    /** The plan's own words for what each check read. */
    public Map<String, String> queries() {
        return started == null ? Map.of() : started.queries();
    }
}
