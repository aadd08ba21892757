package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.plan.power.ServiceBaseline;
import io.jenkins.plugins.canary.engine.rollout.Intent;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.People;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import io.jenkins.plugins.canary.engine.rollout.WatchFold;
import io.jenkins.plugins.canary.engine.rollout.WindowFold;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ApprovalRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ApprovalTerms;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.CapRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.CriterionRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.FailedDeliveryRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.History;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.HoldRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.IntentRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.NextRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Pending;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PowerAnalysisRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Progress;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Standing;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Subject;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.TrafficRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.WatchRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.WindowRow;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What the gate page shows: a second fold over a rollout's events, of constant size and constant cost per event,
 * however long the rollout. Safe for use by any thread.
 */
public final class RolloutView {

    private static final ThreadPoolExecutor POWER_ANALYSIS =
            new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(200), task -> {
                Thread thread = new Thread(task, "canary-power-analysis");
                thread.setDaemon(true);
                return thread;
            });

    static {
        POWER_ANALYSIS.allowCoreThreadTimeOut(true);
    }

    private final CanaryPlan plan;
    private final SeriesIndex meters;
    private final ViewSnapshot kept;
    private CompletableFuture<PowerAnalysisRow> powerAnalysis;

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
        return Headline.of(plan, kept.state, kept.checks);
    }

    /** How far each phase of the plan got. */
    public synchronized List<PhaseRow> phases() {
        return kept.phases.rows(plan, kept.state);
    }

    /** The criteria of the gate in force, each with its newest check. */
    public synchronized List<CriterionRow> criteria() {
        RolloutState s = kept.state;
        return kept.checks.rows(plan, s.tickPhase(plan), s.queries(), meters);
    }

    public synchronized TrafficRow traffic() {
        Weight weight = kept.state.weight();
        boolean baseline = plan.traffic() != null && plan.traffic().comparesWithBaseline();
        return kept.counted.row(
                weight,
                kept.state.evidence().share(),
                baseline ? TrafficSplit.withBaseline(weight).baseline() : null);
    }

    /** The events for people that are newer than a number, of the newest {@value ViewSnapshot#MOST_EVENTS}; oldest first. */
    public synchronized List<EventRow> eventsSince(long seq) {
        return kept.events.stream().filter(e -> e.seq() > seq).toList();
    }

    /** What a person may do now, as long as the rollout is under way. */
    public synchronized List<String> actions(Person person) {
        return person.actions(plan, kept.state);
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
        kept.fold(plan, meters, event, after);
    }

    /**
     * @param since the reader has all events and points up to this number; 0 for none
     * @param generation of the points that the reader has; any number when it has none
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
            List<FailedDeliveryRow> failedDeliveries) {
        RolloutState s = kept.state;
        // Numbers that are yet to come are those of another rollout: the reader has nothing of this one.
        long from = since > kept.seq ? 0 : since;
        long known = since > kept.seq ? -1 : generation;
        return new RolloutStatusResponse(
                kept.seq,
                s.isEnded() ? kept.endedAt : now,
                null,
                subject(s),
                standing(s),
                new Pending(
                        intent(s),
                        hold(s),
                        approval(s, person),
                        cap(s),
                        window(s),
                        watch(),
                        NextRow.of(plan, s),
                        open ? actions(person) : List.of(),
                        journalError),
                new Progress(
                        kept.checklistRows(plan),
                        phases(),
                        criteria(),
                        kept.checks.score(plan, s.tickPhase(plan)),
                        kept.checks.abortRows(plan, s, kept.fired),
                        traffic()),
                new History(
                        kept.earlierEvents,
                        eventsSince(from),
                        kept.series.answer(meters.rows(), List.copyOf(kept.marks), from, known)),
                kept.probeRows(plan),
                powerAnalysis(),
                failedDeliveries);
    }

    /** What the phases will see of the service; null until it is known. It takes longer to work out than an answer may. */
    private PowerAnalysisRow powerAnalysis() {
        ServiceBaseline seen = kept.service;
        if (powerAnalysis == null && seen != null) {
            try {
                powerAnalysis = CompletableFuture.supplyAsync(() -> powerAnalysis(seen), POWER_ANALYSIS);
            } catch (RejectedExecutionException busy) {
                return null;
            }
        }
        return powerAnalysis == null || powerAnalysis.isCompletedExceptionally() ? null : powerAnalysis.getNow(null);
    }

    private PowerAnalysisRow powerAnalysis(ServiceBaseline seen) {
        return new PowerAnalysisRow(
                seen.requestsPerSecond(), seen.errorRate(), seen.powerAnalysis().of(plan));
    }

    private Subject subject(RolloutState s) {
        RolloutEvent.Started e = s.started();
        Long endedAt = PhaseTable.orNull(kept.endedAt);
        return e == null
                ? new Subject(null, plan.name(), null, null, null, null, endedAt, null, null, List.of())
                : new Subject(
                        e.rollout(),
                        plan.name(),
                        e.version(),
                        e.owner(),
                        e.by(),
                        e.at(),
                        endedAt,
                        e.mode(),
                        plan.info().equals(PlanInfo.NONE) ? null : plan.info(),
                        e.policies());
    }

    /** Whether the rollout goes on only after a person has done something. */
    public synchronized boolean needsPerson() {
        RolloutState s = kept.state;
        return s.status(plan).needsPerson() || s.watch() != null && s.watch().asks();
    }

    private Standing standing(RolloutState s) {
        Headline line = headline();
        Outcome outcome = s.isEnded() ? s.ended().outcome() : null;
        return new Standing(s.status(plan), line.health(), line.says(), line.reason(), outcome, s.weight());
    }

    private static IntentRow intent(RolloutState s) {
        Intent i = s.intent();
        String error = Sentences.bounded(s.position().routerError());
        return i == null ? null : new IntentRow(i.kind(), i.to(), i.since(), error);
    }

    private HoldRow hold(RolloutState s) {
        People.Hold held = s.people().held();
        return held == null || s.isEnded()
                ? null
                : new HoldRow(held.by(), Sentences.bounded(held.reason()), PhaseTable.orNull(kept.heldAt));
    }

    private ApprovalRow approval(RolloutState s, Person person) {
        return s.isApprovalPending(plan)
                ? new ApprovalRow(
                        s.current(plan).name(),
                        ApprovalTerms.of(s.current(plan).approval()),
                        PhaseTable.orNull(s.people().askedAt()),
                        s.people().agreements(),
                        person.ineligible(plan, s))
                : null;
    }

    private WindowRow window(RolloutState s) {
        WindowFold w = s.window();
        return w == null || s.isEnded() || s.isRollingBack() || s.watch() != null
                ? null
                : new WindowRow(
                        w.since(),
                        w.opens(),
                        plan.windows().zone().getId(),
                        Sentences.bounded(w.reason()),
                        w.overriddenBy(),
                        s.waitsForWindow(plan));
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
    public synchronized WatchRow watch() {
        RolloutState s = kept.state;
        WatchFold w = s.watch();
        if (w == null) {
            return null;
        }
        WatchFold.Breach breach = w.breach();
        return new WatchRow(
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
