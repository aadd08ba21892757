package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.power.ServiceBaseline;
import io.jenkins.plugins.canary.engine.rollout.Intent;
import io.jenkins.plugins.canary.engine.rollout.Measured;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import io.jenkins.plugins.canary.engine.rollout.WatchFold;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ApprovalRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.CapRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.History;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.HoldRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.IntentRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Pending;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Progress;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Standing;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the gate page shows: a second fold over a rollout's events, of constant size and constant cost per event,
 * however long the rollout. Safe for use by any thread.
 */
public final class RolloutView {

    /** All that a snapshot keeps; what can be told from the plan is not in it. */
    static final class ViewSnapshot {
        long seq;
        RolloutState state;
        long heldAt;
        long endedAt;
        String fired;
        PhaseTable phases;
        GateChecks gate = new GateChecks();
        AbortChecks abort = new AbortChecks();
        TrafficCounters counted = new TrafficCounters();
        ChecklistTicks checklists = new ChecklistTicks();
        ProbeResults probes = new ProbeResults();
        EventLog events = new EventLog();
        Series series = new Series();
        StopTimes stop = new StopTimes();
        List<RolloutStatusResponse.MarkRow> marks = new ArrayList<>();
        ServiceBaseline service;
    }

    private final CanaryPlan plan;
    private final SeriesIndex meters;
    private final ViewSnapshot kept;
    private final PhasePower phasePower = new PhasePower();

    /** The view of a rollout that has no events yet. */
    public RolloutView(CanaryPlan plan) {
        this(plan, new ViewSnapshot());
        kept.state = RolloutState.empty(plan);
        kept.phases = new PhaseTable(plan.phases().size());
    }

    RolloutView(CanaryPlan plan, ViewSnapshot kept) {
        this.plan = plan;
        this.kept = kept;
        meters = new SeriesIndex(plan);
    }

    ViewSnapshot kept() {
        return kept;
    }

    public CanaryPlan plan() {
        return plan;
    }

    /** The number of events folded in: the line number of the last one in its journal. */
    public synchronized long seq() {
        return kept.seq;
    }

    public synchronized RolloutState state() {
        return kept.state;
    }

    /** How long the rollout took to see that the canary is bad, and to take it back. */
    public synchronized StopTimes stopTimes() {
        return kept.stop;
    }

    /** What the rollout does, why, and whether that is well. */
    public synchronized Headline headline() {
        return Headline.of(plan, kept.state, kept.gate);
    }

    /** How far each phase of the plan got. */
    public synchronized List<RolloutStatusResponse.PhaseRow> phases() {
        return kept.phases.rows(plan, kept.state);
    }

    /** The criteria of the gate in force, each with its newest check. */
    public synchronized List<RolloutStatusResponse.CriterionRow> criteria() {
        RolloutState s = kept.state;
        return kept.gate.rows(plan, s.tickPhase(plan), s.queries(), meters);
    }

    public synchronized RolloutStatusResponse.TrafficRow traffic() {
        return kept.counted.row(kept.state.weight());
    }

    /** The events for people that are newer than a number, of the newest {@value EventLog#LONGEST}; oldest first. */
    public synchronized List<RolloutStatusResponse.EventRow> eventsSince(long seq) {
        return kept.events.since(seq);
    }

    /** What a person may do now, as long as the rollout is under way. */
    public synchronized List<String> actions(Person person) {
        return Actions.fit(plan, kept.state, person);
    }

    /** A listener for {@link io.jenkins.plugins.canary.engine.rollout.RolloutRun#listen}. */
    public void follow(Steps steps) {
        steps.forEach(this::happened);
    }

    /** Folds the next event of the journal; it gets the number after the last one's. */
    public synchronized void apply(RolloutEvent event) {
        happened(event, kept.state.apply(plan, event));
    }

    private synchronized void happened(RolloutEvent event, RolloutState after) {
        kept.seq++;
        kept.state = after;
        kept.stop.follow(event);
        if (event instanceof RolloutEvent.Ticked e) {
            tick(e);
        } else {
            happened(event);
            kept.events.add(Sentences.of(plan, kept.seq, event));
        }
        kept.phases.follow(kept.state, event.at());
    }

    private void tick(RolloutEvent.Ticked tick) {
        kept.gate.tick(plan, tick, meters);
        kept.abort.tick(tick.abort());
        if (kept.service == null) {
            kept.service = ServiceBaseline.of(Measured.values(tick.readings()));
        }
        long[] requests = kept.counted.count(tick.requests());
        double[][] values = meters.values(tick);
        kept.series.add(
                new Point(kept.seq, tick.at(), 1, kept.state.weight(), requests[0], requests[1], values[0], values[1]));
    }

    private void happened(RolloutEvent event) {
        if (event instanceof RolloutEvent.ShiftApplied e) {
            kept.counted.count(e.requests());
            kept.counted.shifted();
            mark(e.at(), plan.phases().get(e.phase()).name(), e.weight());
        } else if (event instanceof RolloutEvent.HoldSet || event instanceof RolloutEvent.WeightFound) {
            kept.heldAt = event.at();
        } else if (event instanceof RolloutEvent.RollbackIntended e) {
            kept.fired = e.rule();
            mark(e.at(), "Roll back", Weight.ZERO);
        } else if (event instanceof RolloutEvent.WatchStarted e) {
            mark(e.at(), "Promoted", e.weight());
        } else if (event instanceof RolloutEvent.Ended) {
            kept.endedAt = event.at();
        } else {
            kept.checklists.follow(event);
            kept.probes.follow(event);
        }
    }

    /** One mark for each phase and one for the roll back, however often a weight is set anew. */
    private void mark(long at, String label, Weight weight) {
        boolean known = kept.marks.stream().anyMatch(m -> m.label().equals(label));
        if (!known) {
            kept.marks.add(new RolloutStatusResponse.MarkRow(at, label, weight));
        }
    }

    /**
     * @param since the reader has all events and points up to this number; 0 for none
     * @param generation of the points that the reader has; any number when it has none
     * @param now the rollout's own time
     * @param person who asks
     * @param open whether the rollout can still be told anything
     */
    public RolloutStatusResponse answer(
            long since, long generation, long now, Person person, boolean open, String journalError) {
        return answer(since, generation, now, person, open, journalError, List.of());
    }

    synchronized RolloutStatusResponse answer(
            long since,
            long generation,
            long now,
            Person person,
            boolean open,
            String journalError,
            List<RolloutStatusResponse.FailedDeliveryRow> failedDeliveries) {
        RolloutState s = kept.state;
        // Numbers that are yet to come are those of another rollout: the reader has nothing of this one.
        long from = since > kept.seq ? 0 : since;
        long known = since > kept.seq ? -1 : generation;
        return new RolloutStatusResponse(
                kept.seq,
                s.isEnded() ? kept.endedAt : now,
                subject(s),
                standing(s),
                new Pending(
                        intent(s),
                        hold(s),
                        approval(s),
                        cap(s),
                        watch(),
                        Actions.next(plan, s),
                        open ? actions(person) : List.of(),
                        journalError),
                new Progress(
                        kept.checklists.rows(plan, s),
                        phases(),
                        criteria(),
                        kept.gate.score(plan, s.tickPhase(plan)),
                        kept.abort.rows(plan, s, kept.fired),
                        traffic()),
                new History(
                        kept.events.earlier(),
                        kept.events.since(from),
                        kept.series.answer(meters.rows(), List.copyOf(kept.marks), from, known)),
                kept.probes.rows(plan),
                phasePower.row(plan, kept.service),
                failedDeliveries);
    }

    private Subject subject(RolloutState s) {
        RolloutEvent.Started started = s.started();
        Long endedAt = PhaseTable.orNull(kept.endedAt);
        return started == null
                ? new Subject(null, plan.name(), null, null, null, null, endedAt, null)
                : new Subject(
                        started.rollout(),
                        plan.name(),
                        started.version(),
                        started.owner(),
                        started.by(),
                        started.at(),
                        endedAt,
                        started.mode());
    }

    private Standing standing(RolloutState s) {
        Headline headline = headline();
        return new Standing(
                s.status(plan),
                headline.health(),
                headline.says(),
                headline.reason(),
                s.isEnded() ? s.ended().outcome() : null,
                s.weight());
    }

    private static IntentRow intent(RolloutState s) {
        Intent i = s.intent();
        return i == null
                ? null
                : new IntentRow(
                        i.kind(),
                        i.to(),
                        i.since(),
                        Sentences.bounded(s.position().routerError()));
    }

    private HoldRow hold(RolloutState s) {
        return s.people().held() == null || s.isEnded()
                ? null
                : new HoldRow(
                        s.people().held().by(),
                        Sentences.bounded(s.people().held().reason()),
                        PhaseTable.orNull(kept.heldAt));
    }

    private ApprovalRow approval(RolloutState s) {
        if (!s.isApprovalPending()) {
            return null;
        }
        var approval = s.current(plan).approval();
        return new ApprovalRow(
                s.current(plan).name(),
                approval.by(),
                s.people().askedAt(),
                approval.timeout() == null ? null : approval.timeout().toMillis(),
                approval.requireComment());
    }

    private CapRow cap(RolloutState s) {
        return plan.cap() == null
                ? null
                : new CapRow(
                        plan.cap().weight(),
                        plan.cap().until(),
                        s.complete(plan, plan.cap().until()));
    }

    /** What happens after the promotion; null before it, and for plans that have nothing after it. */
    public synchronized RolloutStatusResponse.WatchRow watch() {
        RolloutState s = kept.state;
        WatchFold w = s.watch();
        if (w == null) {
            return null;
        }
        WatchFold.Breach breach = w.breach();
        return new RolloutStatusResponse.WatchRow(
                w.since(),
                w.until(),
                plan.aftercare().length().toMillis(),
                plan.aftercare().onBreach().name().toLowerCase(Locale.ROOT),
                breach == null ? null : Sentences.bounded(breach.reason()),
                breach == null ? null : breach.at(),
                !s.isEnded() && s.intent() == null && w.asks(),
                breach == null ? null : breach.accepted(),
                PhaseTable.orNull(w.lastDataAt()));
    }
}
