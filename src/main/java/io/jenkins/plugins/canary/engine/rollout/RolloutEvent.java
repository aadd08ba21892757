package io.jenkins.plugins.canary.engine.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.probe.Loads.LoadReport;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One line of a journal. A rollout is nothing but the fold of its events ({@link RolloutState#apply}); what is not in
 * an event did not happen. Every kind is named in {@link EventNames}. All times are milliseconds since the epoch. What an event cannot be without is
 * {@link Needed}, so that a line that somebody changed is not read as one that is whole.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@EventNames
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface RolloutEvent {

    long at();

    /** Calls the visitor's method for this event. */
    <R> R accept(RolloutEventVisitor<R> visitor);

    /** Must be on disk before anything acts on it. */
    default boolean durable() {
        return !(this instanceof Ticked);
    }

    /**
     * @param queries the text of each query by its {@code MetricQuery.key()}, where the source has one
     * @param policies what policies added to the plan as it was written
     * @param involved the users of whom the plan says that their agreement does not count; without those that are not known
     * @param committedAt the first commit since the version before; null when it is not known
     */
    record Started(
            long at,
            @Needed String rollout,
            String name,
            String version,
            @Needed String plan,
            @Needed @JsonProperty("drive") AdvanceMode mode, // its name in every journal so far
            String owner,
            String by,
            Map<String, String> queries,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PolicyAddition> policies,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Exclusion, List<String>> involved,
            Long committedAt)
            implements RolloutEvent {

        public Started {
            queries = queries == null ? Map.of() : queries;
            policies = policies == null ? List.of() : policies;
            involved = involved == null ? Map.of() : involved;
        }

        /** Of a plan to which no policy added anything, and whose people and commits nobody knows. */
        public Started(
                long at,
                String rollout,
                String name,
                String version,
                String plan,
                AdvanceMode mode,
                String owner,
                String by,
                Map<String, String> queries) {
            this(at, rollout, name, version, plan, mode, owner, by, queries, List.of(), Map.of(), null);
        }

        /** @param people whose agreement the plan may exclude; without those that are not known */
        public Started with(Map<Exclusion, List<String>> people, Long commit) {
            return new Started(at, rollout, name, version, plan, mode, owner, by, queries, policies, people, commit);
        }

        /** What is released, for people: the version, or the plan's name where none was given. */
        public String subject() {
            return version == null ? name : version;
        }

        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.started(this);
        }
    }

    /**
     * The router is about to be asked for a weight.
     *
     * @param why what moved the weight within the phase, whose clocks run on; null when the phase begins, or begins anew
     */
    record ShiftIntended(
            long at, int phase, @Needed Weight from, @Needed Weight to, String why) implements RolloutEvent {
        public ShiftIntended(long at, int phase, Weight from, Weight to) {
            this(at, phase, from, to, null);
        }

        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.shiftIntended(this);
        }
    }

    /**
     * The weight was read back; the phase begins.
     *
     * @param requests what the router had counted by then; null when it does not count
     */
    record ShiftApplied(long at, int phase, @Needed Weight weight, Requests requests) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.shiftApplied(this);
        }
    }

    /** The router did not do what was intended; it is asked again. Written when the reason changes, not every time. */
    record RouterFailed(long at, String error) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.routerFailed(this);
        }
    }

    /**
     * The router gives the canary what this rollout did not set: somebody else did.
     *
     * @param extra what the canary gets beside the weight; null when that is as expected
     */
    record WeightFound(
            long at, @Needed Weight expected, @Needed Weight found, ExtraTraffic extra) implements RolloutEvent {

        static WeightFound of(long at, Weight expected, ExtraTraffic beside, Observation seen) {
            return new WeightFound(at, expected, seen.weight(), seen.extra().equals(beside) ? null : seen.extra());
        }

        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.weightFound(this);
        }
    }

    /**
     * One evaluation.
     *
     * @param phase {@link io.jenkins.plugins.canary.engine.plan.CanaryPlan#afterwards} on watch after the promotion
     * @param gate the checks of the phase's gate, or of the watch's criteria, in the plan's order
     * @param abort the checks of the abort rules with a criterion, or of the watch's, in the plan's order
     * @param weight what the router was seen to do; null when it did not answer
     * @param countedMillis the window of the queries that count requests since the phase began; null when there were none
     * @param health whether the canary could serve what it got; null where that was not known
     */
    record Ticked(
            long at,
            int phase,
            List<Measured> readings,
            List<Check> gate,
            List<Check> abort,
            Weight weight,
            Requests requests,
            Long countedMillis,
            CanaryHealth health)
            implements RolloutEvent {
        public Ticked {
            readings = List.copyOf(readings);
            gate = List.copyOf(gate);
            abort = List.copyOf(abort);
        }

        Duration counted() {
            return countedMillis == null ? null : Duration.ofMillis(countedMillis);
        }

        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.ticked(this);
        }
    }

    /**
     * The requests that the router counted contradict the weight, tick after tick.
     *
     * @param canary requests to the canary, of {@code total} that were counted
     * @param more whether the canary gets more than the weight; the rollout is taken back then
     */
    record TrafficShareDiffers(long at, int phase, @Needed Weight weight, long canary, long total, boolean more)
            implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.trafficShareDiffers(this);
        }
    }

    /** The requests that the router counts match the weight again. */
    record TrafficShareMatches(long at, int phase, @Needed Weight weight, long canary, long total)
            implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.trafficShareMatches(this);
        }
    }

    /** The gate passed, and its last green tick is too old to go on by: the next one is waited for. */
    record AdvanceDelayed(long at, int phase, String reason) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.advanceDelayed(this);
        }
    }

    /** The verdict PASS of a phase. */
    record GatePassed(long at, int phase) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.gatePassed(this);
        }
    }

    /** The verdict FAIL of a phase. */
    record GateFailed(long at, int phase, String reason) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.gateFailed(this);
        }
    }

    /** The phase waits for a person. */
    record ApprovalAsked(long at, int phase) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.approvalAsked(this);
        }
    }

    /**
     * A person agreed. The line's own {@code prev} says what the journal was when that was accepted.
     *
     * @param evidence the gate's checks at that time
     * @param agreed how many people have agreed by now; null in older journals
     * @param shown what the person's page showed; null when nobody said
     */
    record Approved(
            long at, int phase, String by, String comment, List<Check> evidence, Integer agreed, Input.Shown shown)
            implements RolloutEvent {
        public Approved {
            evidence = List.copyOf(evidence);
        }

        public Approved(long at, int phase, String by, String comment, List<Check> evidence) {
            this(at, phase, by, comment, evidence, null, null);
        }

        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.approved(this);
        }
    }

    /** A person took their agreement back before enough people had agreed. */
    record ApprovalWithdrawn(long at, int phase, @Needed String by) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.approvalWithdrawn(this);
        }
    }

    record HoldSet(long at, String by, String reason) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.holdSet(this);
        }
    }

    record HoldLifted(long at, String by) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.holdLifted(this);
        }
    }

    /**
     * The pipeline or a person wants the next phase.
     *
     * @param to index of the phase wanted; the number of phases for the promotion
     * @param override whether it may go ahead without a PASS
     */
    record AdvanceAsked(long at, int to, String by, boolean override, String reason) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.advanceAsked(this);
        }
    }

    /**
     * @param by null when a criterion proves it
     * @param proof what that criterion saw; null when a person ticked it
     */
    record ItemTicked(
            long at, @Needed String checklist, @Needed String item, String by, String proof) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.itemTicked(this);
        }
    }

    /** The same, taken back. */
    record ItemWithdrawn(
            long at, @Needed String checklist, @Needed String item, String by, String proof) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.itemWithdrawn(this);
        }
    }

    /** The plan's windows are closed, until a time where that is known; without a reason it is outside of the weekly ones. */
    record WindowClosed(long at, Long opens, String reason) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.windowClosed(this);
        }
    }

    /** The plan's windows are open again. */
    record WindowOpened(long at) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.windowOpened(this);
        }
    }

    /** A person lets the next rise go ahead although the windows are closed; over with that rise, or when they open. */
    record WindowOverridden(
            long at, @Needed String by, @Needed String comment) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.windowOverridden(this);
        }
    }

    /** The router is about to be asked to make the new version the stable one. */
    record PromoteIntended(long at) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.promoteIntended(this);
        }
    }

    /** The promotion was read back, and is watched until a time, or its checklists are waited for. */
    record WatchStarted(long at, long until, @Needed Weight weight) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.watchStarted(this);
        }
    }

    /** A rule of the watch fired. */
    record WatchBreached(
            long at, String reason, String rule, @Needed Watch.OnBreach then) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.watchBreached(this);
        }
    }

    /** Nothing has failed for a few ticks: the next breach is a new one. */
    record WatchRecovered(long at) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.watchRecovered(this);
        }
    }

    /** A person keeps the new version in spite of the breach. */
    record BreachAccepted(long at, String by, String comment) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.breachAccepted(this);
        }
    }

    /** @param by null when the time was over, or somebody else changed the router */
    record WatchEnded(long at, String by, String reason) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.watchEnded(this);
        }
    }

    /**
     * The rollout is being taken back.
     *
     * @param rule the abort rule that fired; null when it was something else
     * @param by who wanted it; null when it was the engine
     * @param abandoned whether its build ended or was stopped, so that it says nothing of the canary
     */
    record RollbackIntended(
            long at,
            String reason,
            String rule,
            String by,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean abandoned)
            implements RolloutEvent {

        public RollbackIntended(long at, String reason, String rule, String by) {
            this(at, reason, rule, by, false);
        }

        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.rollbackIntended(this);
        }
    }

    /** The rollout went on after nobody had watched it. */
    record Resumed(long at, long gapMillis) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.resumed(this);
        }
    }

    /**
     * The supervisor found that no tick was taken any more, and started them again. For that long nobody had watched; decides
     * nothing by itself.
     */
    record TicksRestarted(long at, long silentMillis) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.ticksRestarted(this);
        }
    }

    /** Something a person should know; decides nothing. */
    record Warned(long at, String message) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.warned(this);
        }
    }

    /** A probe was run; what it found decides at the ticks that read it. */
    record Probed(long at, int phase, @Needed ProbeResult result) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.probed(this);
        }
    }

    /** The load of a phase has ended; decides nothing. */
    record Loaded(long at, int phase, @Needed LoadReport report) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.loaded(this);
        }
    }

    /** What both versions' pods were made of when the rollout began. */
    record Captured(long at, @Needed Snapshot configuration) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.captured(this);
        }
    }

    /**
     * What happened before is not known: the journal was lost, and this one took its place. Where the traffic is only the
     * router can say.
     *
     * @param kept name of the file that it is kept as; null when it was missing
     */
    record JournalLost(long at, String reason, String kept) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.journalLost(this);
        }
    }

    /** Written once; nothing follows. */
    record Ended(
            long at,
            @Needed Outcome outcome,
            String reason,
            @Needed Weight weight) implements RolloutEvent {
        @Override
        public <R> R accept(RolloutEventVisitor<R> visitor) {
            return visitor.ended(this);
        }
    }
}
