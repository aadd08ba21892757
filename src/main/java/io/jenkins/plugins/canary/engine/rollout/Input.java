package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.gate.LabelValues;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that a rollout can be told: by its clock, its router, its source, or people. */
public sealed interface Input {

    /**
     * The readings of a tick.
     *
     * @param phase in force when they were asked for; what was asked before a shift says nothing of the phase after it
     * @param counted the window of the queries that count requests since the phase began; null when there were none
     * @param router what the router was seen to do at the tick; null when it did not answer in time, and while it is asked for
     *     something
     * @param health whether the canary can serve, also while the router is asked for something; null where it is not known
     */
    record Tick(
            int phase, Map<MetricQuery, Reading> readings, Duration counted, Observation router, CanaryHealth health)
            implements Input {

        /** With no more values of a label than are judged. */
        Tick bounded(EvidenceFold evidence) {
            return new Tick(phase, LabelValues.bounded(readings, evidence), counted, router, health);
        }

        Tick withoutRouter() {
            return new Tick(phase, readings, counted, null, health);
        }
    }

    /**
     * The router was seen after it was asked.
     *
     * @param intent what it was asked for; null for the look before the first shift
     */
    record Seen(Intent intent, Observation router) implements Input {}

    /** The router will answer: there is nothing to decide until it does. */
    record Pending(Intent intent) implements Input {}

    /** The router refused or did not answer. */
    record Refused(Intent intent, String error, boolean permanent) implements Input {}

    /** What people and pipelines say; answered with {@link CommandRefused} when it does not fit the state. */
    sealed interface Command extends Input {
        String by();
    }

    /**
     * @param phase index of the phase that is decided on: said twice, it must not decide on the next one as well
     * @param roles the entries of {@code approval.by} that the user is, beside their own id
     * @param shown what was on the screen; null when nobody says
     */
    record Approve(int phase, String by, Set<String> roles, String comment, Shown shown) implements Command {

        public Approve(int phase, String by, Set<String> roles, String comment) {
            this(phase, by, roles, comment, null);
        }
    }

    /** The same, for a no. */
    record Reject(int phase, String by, Set<String> roles, String comment) implements Command {}

    /** Takes one's own agreement back. */
    record WithdrawApproval(int phase, String by) implements Command {}

    /**
     * What somebody saw who agreed.
     *
     * @param headline where the rollout stood, in one line
     * @param hash of the journal's last line that the page showed; null when the page did not say
     * @param at when that line was the last, milliseconds since the epoch; 0 when it is not known
     */
    record Shown(String headline, String hash, long at) {}

    record SetHold(String by, String reason) implements Command {}

    record LiftHold(String by) implements Command {}

    /**
     * @param to index of the phase wanted; the number of phases for the promotion
     * @param override go ahead without a PASS; wants a reason
     */
    record Advance(int to, String by, boolean override, String reason) implements Command {}

    record RollBack(String by, String reason) implements Command {}

    record TickItem(String checklist, String item, String by) implements Command {}

    record WithdrawItem(String checklist, String item, String by) implements Command {}

    /** Let the next rise go ahead although the plan's windows are closed; wants a comment. */
    record OverrideWindow(String by, String comment) implements Command {}

    /** Keep the promoted version in spite of the breach that the watch found. */
    record KeepVersion(String by, String comment) implements Command {}

    /** Stop watching the promoted version, which stays. */
    record EndWatch(String by, String reason) implements Command {}

    /** The build that owns the rollout ended, or the command was stopped: the plan's {@code onBuildEnd} applies. */
    record OwnerGone(String by, String reason) implements Command {}

    /** Leave the canary where it is and end the rollout. */
    record GiveUp(String by, String reason) implements Command {}

    /** Says to a person why a command does not fit and what would. */
    class CommandRefused extends Exception {
        private static final long serialVersionUID = 1L;

        public CommandRefused(String message) {
            super(message);
        }
    }

    /** Somebody may not do this; the message names who may. */
    final class NotAllowed extends CommandRefused {
        private static final long serialVersionUID = 1L;

        private final ArrayList<String> approvers;

        /** @param approvers those whom the message names, as the plan writes them */
        public NotAllowed(String message, List<String> approvers) {
            super(message);
            this.approvers = new ArrayList<>(approvers);
        }

        /** The entries of {@code approval.by} that the message names: the place that knows the lists says who is on them. */
        public List<String> approvers() {
            return List.copyOf(approvers);
        }
    }

    /** What a command names does not exist; the message names what does. */
    final class Unknown extends CommandRefused {
        private static final long serialVersionUID = 1L;

        public Unknown(String message) {
            super(message);
        }
    }
}
