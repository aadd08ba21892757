package io.jenkins.plugins.canary.engine.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.CriterionInfo;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.probe.Loads.LoadReport;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ChecklistRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.SeriesRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.TrafficRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.WatchRow;
import java.util.List;
import java.util.Map;

/**
 * All that a journal tells of a rollout, for people who were not there: the JSON report, from which the other forms are
 * made. Times are milliseconds since the epoch, weights percent, values in the metric's unit. A field without a value is
 * left out.
 *
 * @param format number of this form; it changes when a field's meaning does
 * @param probes in the order in which they were run
 * @param watch what was watched after the promotion; null when nothing was
 * @param queries the text of each query by metric, track and window, where the source has one
 * @param events everything that happened but the ticks
 * @param series the readings over time, at most 400 points
 */
public record Report(
        int format,
        JournalCheck journal,
        Rollout rollout,
        Plan plan,
        List<PhaseReport> phases,
        List<AbortReport> abort,
        List<Decision> decisions,
        List<ChecklistRow> checklists,
        List<ProbeResult> probes,
        List<LoadReport> loads,
        WatchRow watch,
        List<CriterionReport> watched,
        List<EventRow> events,
        Map<String, String> queries,
        TrafficRow traffic,
        SeriesRow series) {

    static final int FORMAT = 1;

    /**
     * @param says where it ended or stands, in one line
     * @param reason why; null when there is nothing to add
     */
    public record Rollout(
            String id,
            String name,
            String version,
            String owner,
            String by,
            long startedAt,
            Long endedAt,
            Status status,
            String says,
            String reason,
            Weight weight,
            long ticks) {}

    /**
     * @param sha256 of the text as UTF-8
     * @param about what the plan says about itself
     * @param policies what policies added to the plan
     */
    public record Plan(
            String name,
            String sha256,
            String text,
            PlanInfo about,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PolicyAddition> policies) {}

    /** How a phase came out. */
    public enum Verdict {
        PASS,
        FAIL,
        /** An abort rule or a person took the rollout back during it. */
        ABORT,
        /** Left without a PASS because a person or the pipeline said so. */
        OVERRIDDEN,
        /** It was still being watched when the journal ends. */
        OPEN,
        /** The rollout never came to it, or went past it. */
        NOT_ENTERED;

        boolean isJudged() {
            return this != OPEN && this != NOT_ENTERED;
        }
    }

    /** How many phases have come to their end, one way or another: those up to the last that was judged. */
    public int endedPhases() {
        int ended = phases.size();
        while (ended > 0 && !phases.get(ended - 1).verdict().isJudged()) {
            ended--;
        }
        return ended;
    }

    /** @param reason why the gate failed or the rollout was taken back during it; else null */
    public record PhaseReport(PhaseRow phase, Verdict verdict, String reason, List<CriterionReport> criteria) {}

    /**
     * The checks of one criterion over a phase, or of one abort rule over the rollout.
     *
     * @param pass ticks that passed; likewise the next three
     * @param least smallest of the canary's values; null when there was none; likewise the next two
     * @param last of the checks; null when there was none
     * @param firstFail time of the first failure; null when there was none
     * @param dryRun whether it decided nothing
     * @param info what the plan says about it, for people
     */
    public record CriterionReport(
            String criterion,
            Unit unit,
            String query,
            long pass,
            long fail,
            long noData,
            long unavailable,
            Double least,
            Double mean,
            Double greatest,
            CheckOutcome lastOutcome,
            Check last,
            Long firstFail,
            String firstFailSays,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean dryRun,
            @JsonUnwrapped CriterionInfo info) {

        public boolean judged() {
            return pass + fail + noData + unavailable > 0;
        }
    }

    /** @param checks null for the rule that counts failed ticks in a row */
    public record AbortReport(String rule, boolean fired, CriterionReport checks) {}

    /**
     * What was decided, by whom, having seen what.
     *
     * @param pipeline whether a step of the pipeline decided, not a person
     */
    public record Decision(
            long at, String kind, String phase, String by, boolean pipeline, String says, List<Check> evidence) {}
}
