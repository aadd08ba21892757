package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.CriterionInfo;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.ApprovalPolicy;
import io.jenkins.plugins.canary.engine.rollout.Intent;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.People;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code GET rollout?since=N&generation=G} answers: everything that is small in full, events and series points as
 * far as they are newer than N. One flat JSON object, described field by field in docs/openapi.yaml. Times are
 * milliseconds since the epoch, durations milliseconds, weights percent, values in the metric's unit. A field without a
 * value is left out.
 *
 * @param seq number of the newest event folded in: the next {@code since}
 * @param now the rollout's own time, which a scaled clock makes run faster than the reader's
 * @param head the hash of the journal's last line as of then, or of one shortly before: what {@code approve} calls
 *     {@code shown}; null when the rollout is not under way
 * @param powerAnalysis null while it is not known, or when the metrics do not tell
 */
public record RolloutStatusResponse(
        long seq,
        long now,
        String head,
        @JsonUnwrapped Subject subject,
        @JsonUnwrapped Standing standing,
        @JsonUnwrapped Pending pending,
        @JsonUnwrapped Progress progress,
        @JsonUnwrapped History history,
        List<ProbeRow> probes,
        PowerAnalysisRow powerAnalysis,
        List<FailedDeliveryRow> failedDeliveries) {

    RolloutStatusResponse with(String hash) {
        return new RolloutStatusResponse(
                seq, now, hash, subject, standing, pending, progress, history, probes, powerAnalysis, failedDeliveries);
    }

    /**
     * Which rollout it is.
     *
     * @param name of the plan; the only field before the rollout's first event
     * @param about what the plan says about itself
     * @param policies what policies added to the plan
     */
    public record Subject(
            String rollout,
            String name,
            String version,
            String owner,
            String by,
            Long startedAt,
            Long endedAt,
            AdvanceMode mode,
            PlanInfo about,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PolicyAddition> policies) {}

    /**
     * Where it stands.
     *
     * @param says the state in one line for people
     */
    public record Standing(Status status, Health health, String says, String reason, Outcome outcome, Weight weight) {}

    /**
     * What is yet to happen, and who may bring it about.
     *
     * @param window null while the plan's windows are open
     * @param watch null before the promotion, and for plans that have nothing after it
     * @param next where {@code promote} leads; null when nowhere
     * @param journalError why events cannot be written; null when they can
     */
    public record Pending(
            IntentRow intent,
            HoldRow hold,
            ApprovalRow approval,
            CapRow cap,
            WindowRow window,
            WatchRow watch,
            NextRow next,
            List<String> actions,
            String journalError) {}

    /**
     * How far it is, and by which measurements.
     *
     * @param score of the gate in force; null when every criterion must pass, and before its first tick
     */
    public record Progress(
            List<ChecklistRow> checklists,
            List<PhaseRow> phases,
            List<CriterionRow> criteria,
            ScoreRow score,
            List<AbortRow> abort,
            TrafficRow traffic) {}

    /** @param earlierEvents events older than those that are kept */
    public record History(long earlierEvents, List<EventRow> events, SeriesRow series) {}

    /**
     * What a probe of the plan came to last. One that was not run yet has a name and nothing else.
     *
     * @param statuses {@code 3 x 200, 2 x 429}; empty when nothing was answered
     * @param p95 seconds; null when nothing was answered
     */
    public record ProbeRow(
            String probe,
            String track,
            CheckOutcome outcome,
            String says,
            Integer requests,
            String statuses,
            Double p95,
            Long at) {}

    /** What each phase will likely see, told as the rollout begins. */
    public record PowerAnalysisRow(double requestsPerSecond, double errorRate, List<PowerAnalysis.Line> lines) {}

    /**
     * A webhook that was not told.
     *
     * @param to how the plan refers to it; never its address
     * @param event the type of what it was not told of; null when it is told of nothing
     * @param at when; null when nothing was tried
     */
    public record FailedDeliveryRow(
            String to, String format, String event, int tries, String says, Long at, boolean over) {}

    public record IntentRow(Intent.Kind kind, Weight to, long since, String error) {}

    /** @param by null when the engine stopped by itself */
    public record HoldRow(String by, String reason, Long since) {}

    /**
     * Who must agree before a phase is left.
     *
     * @param notBy starter, committers: whose agreement does not count
     * @param from the time of day from which people are asked, with its time zone; null for at once
     */
    public record ApprovalTerms(
            int min, List<String> by, List<String> notBy, String from, Long timeout, boolean requireComment) {

        /** Null for a phase that nobody has to approve. */
        static ApprovalTerms of(Approval a) {
            return a == null
                    ? null
                    : new ApprovalTerms(
                            a.min(),
                            a.by(),
                            a.notBy().stream()
                                    .sorted()
                                    .map(e -> e.name().toLowerCase(Locale.ROOT))
                                    .toList(),
                            a.asksFrom(),
                            a.timeout() == null ? null : a.timeout().toMillis(),
                            a.requireComment());
        }
    }

    /**
     * A pending approval.
     *
     * @param since when people were asked; null while they are not
     * @param ineligible why the reader's agreement would not count, an {@link ApprovalPolicy.Ineligible} or NO_PERMISSION;
     *     null when it would
     */
    public record ApprovalRow(
            String phase,
            @JsonUnwrapped ApprovalTerms terms,
            Long since,
            List<People.Agreement> agreements,
            String ineligible) {}

    /**
     * The plan's windows are closed.
     *
     * @param opens null when that is not known
     * @param zone in which people are told times
     * @param reason null when it is outside of the weekly windows
     * @param overriddenBy who lets the next rise go ahead; null for nobody
     * @param waits whether the rollout would go on but for them
     */
    public record WindowRow(long since, Long opens, String zone, String reason, String overriddenBy, boolean waits) {}

    public record CapRow(Weight weight, String until, boolean lifted) {}

    /**
     * @param to the {@code to} of the promote action
     * @param name of the phase; null for the promotion itself
     * @param override whether it would go ahead without a PASS
     */
    public record NextRow(int to, String name, Weight weight, boolean override) {

        private static final Set<Status> PROMOTABLE = EnumSet.of(Status.WATCHING, Status.PASSED, Status.GATE_FAILED);

        /** Where the rollout would go when somebody said so; null when that would change nothing now. */
        static NextRow of(CanaryPlan plan, RolloutState s) {
            if (!PROMOTABLE.contains(s.status(plan))) {
                return null;
            }
            boolean override = s.evidence().gate().passedAt() == 0;
            if (plan.isLast(s.phase())) {
                return new NextRow(plan.phases().size(), null, Weight.FULL, override);
            }
            Phase next = plan.phases().get(s.phase() + 1);
            return s.capped(plan, next.weight()).equals(next.weight())
                    ? new NextRow(s.phase() + 1, next.name(), next.weight(), override)
                    : null;
        }
    }

    /** @param when before, during or post; null for a list that only a cap names */
    public record ChecklistRow(String name, String when, boolean complete, boolean waited, List<ItemRow> items) {}

    /**
     * @param by null when the item is open, or a criterion proves it
     * @param provenBy the criterion, in words; null when people tick the item
     * @param proof what the criterion saw when it ticked the item
     */
    public record ItemRow(String item, boolean ticked, String by, Long at, String provenBy, String proof) {}

    /**
     * What happens after the promotion.
     *
     * @param length how long is watched, milliseconds; 0 where only checklists are waited for
     * @param onBreach alert, rollback or ask
     * @param accepted by whom the version was kept in spite of the breach; null when nobody has said so
     */
    public record WatchRow(
            long since,
            long until,
            long length,
            String onBreach,
            String breach,
            Long breachedAt,
            boolean asks,
            String accepted,
            Long lastDataAt) {}

    /**
     * @param traffic whose requests or copies the canary gets instead of a weight, in words; null where it has a weight
     * @param approval null when nobody has to approve it
     * @param load what the rollout itself sends meanwhile, in words; null for nothing
     */
    public record PhaseRow(
            String name,
            Weight weight,
            String traffic,
            long holdMillis,
            long greenMillis,
            long deadline,
            Long enteredAt,
            Long passedAt,
            Long leftAt,
            ApprovalTerms approval,
            String load,
            PhaseState state) {}

    /**
     * @param series which of the series shows this criterion's metric; null when none does
     * @param dryRun whether it decides nothing
     * @param info what the plan says about it, for people
     */
    public record CriterionRow(
            String label,
            String metric,
            Unit unit,
            Double min,
            Double max,
            Double maxIncrease,
            Double maxDecrease,
            Double value,
            Double stable,
            CheckOutcome outcome,
            String says,
            Long since,
            String query,
            String series,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean dryRun,
            @JsonUnwrapped CriterionInfo info) {}

    /**
     * What a gate's criteria add up to.
     *
     * @param score 0 to 100; null without data
     * @param pass the score from which the gate is green
     * @param marginal the score from which it is not red
     */
    public record ScoreRow(Double score, double pass, double marginal, Score.Mark mark, String says) {}

    /**
     * @param label as in the plan's own words; unique
     * @param nearness 0 far from the limit, 1 at the limit or beyond; null without a value
     * @param brokenMillis for how long it has been broken; null when it is not
     * @param dryRun whether it ends nothing; it has fired where it would have
     * @param info what the plan says about its criterion
     */
    public record AbortRow(
            String label,
            String says,
            Unit unit,
            Double value,
            Double limit,
            CheckOutcome outcome,
            Long brokenMillis,
            long sustainedMillis,
            Double nearness,
            boolean fired,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean dryRun,
            @JsonUnwrapped CriterionInfo info) {}

    /**
     * @param canary requests to the canary since the rollout began
     * @param stable requests to the stable version since the rollout began
     * @param share the canary's share of the requests since the last shift, 0 to 1; null while there are none
     * @param observed the share that contradicts the weight, as the engine compared them last; null while they agree, and
     *     while nothing is known
     * @param baseline what the plan's baseline should get at the weight, whose pods stand for the stable version in the
     *     metrics; null where there is none
     */
    public record TrafficRow(Weight weight, Long canary, Long stable, Double share, Double observed, Weight baseline) {}

    /** @param by null for the engine */
    public record EventRow(long seq, long at, String kind, Tone tone, String by, String text) {}

    /**
     * @param generation changes whenever the resolution was halved: points kept by the reader are then void
     * @param ticksPerPoint how many ticks a point is the mean of
     * @param points those newer than {@code since}, or all when the reader's generation is not this one
     * @param last the newest tick where it is not a point yet; replaces the last one before
     */
    public record SeriesRow(
            long generation,
            long ticksPerPoint,
            List<MetricRow> metrics,
            Columns points,
            Columns last,
            List<MarkRow> marks) {}

    public record MetricRow(String series, String label, Unit unit) {}

    /**
     * Columns of equal length, oldest first.
     *
     * @param shares the canary's share of the requests in each point; null where none were counted
     * @param canary the canary's values, a column for each metric; null where there was none
     */
    public record Columns(
            List<Long> times,
            List<Weight> weights,
            List<Double> shares,
            List<List<Double>> canary,
            List<List<Double>> stable) {}

    public record MarkRow(long at, String label, Weight weight) {}

    /** How the rollout does, at a glance. */
    public enum Health {
        /** Every criterion passes, or the rollout ended well. */
        GOOD,
        /** Nothing to judge yet, or something is under way. */
        BUSY,
        /** A person, a pipeline or data is being waited for. */
        WAITING,
        /** A criterion fails, or the rollout was taken back. */
        BAD
    }

    public enum Tone {
        PLAIN,
        GOOD,
        WAITING,
        BAD
    }

    public enum PhaseState {
        AHEAD,
        SHIFTING,
        WATCHING,
        PASSED,
        FAILED,
        /** Left without a PASS because a person said so. */
        OVERRIDDEN,
        /** Never entered: a person or the pipeline went past it. */
        SKIPPED,
        /** In force when the rollout was taken back. */
        ROLLED_BACK
    }
}
