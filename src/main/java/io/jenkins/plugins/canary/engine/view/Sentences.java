package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.EventNames;
import io.jenkins.plugins.canary.engine.rollout.GateEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutEventVisitor;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What each event is to people: one sentence, who, and whether it is good news. */
public final class Sentences implements RolloutEventVisitor<Sentences.Sentence> {

    private static final int LONGEST = 4_000;
    private static final Map<Class<?>, String> KINDS = Arrays.stream(
                    EventNames.class.getAnnotation(JsonSubTypes.class).value())
            .collect(Collectors.toMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));

    private final CanaryPlan plan;

    private Sentences(CanaryPlan plan) {
        this.plan = plan;
    }

    /**
     * @param topic for those who are told; null for what nobody is told
     * @param by null for the engine
     */
    record Sentence(Topic topic, Tone tone, String by, String text) {

        private Sentence by(String who) {
            return new Sentence(topic, tone, who, text);
        }
    }

    /** Null for ticks, which are no events for people. */
    public static EventRow of(CanaryPlan plan, long seq, RolloutEvent event) {
        Sentence says = event.accept(new Sentences(plan));
        return says == null
                ? null
                : new EventRow(seq, event.at(), KINDS.get(event.getClass()), says.tone, says.by, bounded(says.text));
    }

    /** What an event is about, for those who are told; null for what nobody is told. */
    public static Topic topic(CanaryPlan plan, RolloutEvent event) {
        Sentence says = event.accept(new Sentences(plan));
        return says == null ? null : says.topic;
    }

    /** However long a text is that came from outside, the view stays small. */
    static String bounded(String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static Sentence plain(Topic topic, String text) {
        return new Sentence(topic, Tone.PLAIN, null, text);
    }

    private static Sentence good(Topic topic, String text) {
        return new Sentence(topic, Tone.GOOD, null, text);
    }

    private static Sentence waiting(Topic topic, String text) {
        return new Sentence(topic, Tone.WAITING, null, text);
    }

    private static Sentence bad(Topic topic, String text) {
        return new Sentence(topic, Tone.BAD, null, text);
    }

    @Override
    public Sentence ticked(RolloutEvent.Ticked e) {
        return null;
    }

    @Override
    public Sentence started(RolloutEvent.Started e) {
        String subject = e.name() + (e.version() == null ? "" : " " + e.version());
        String how = e.mode() == AdvanceMode.AUTOMATIC ? "advances automatically" : "advanced by the pipeline";
        String policies = e.policies().isEmpty()
                ? ""
                : "; policies added " + Units.count(e.policies().size(), "requirement") + " to the plan";
        return plain(Topic.STARTED, "Rollout of " + subject + " started, " + how + policies)
                .by(e.by());
    }

    @Override
    public Sentence shiftIntended(RolloutEvent.ShiftIntended e) {
        String why = e.why() == null ? " for phase " + name(e.phase()) : ": " + e.why();
        Phase phase = plan.phases().get(e.phase());
        if (e.why() != null && e.from().equals(e.to())) {
            return plain(null, "Setting " + e.to() + " again" + why);
        }
        return phase.weight().isZero()
                ? plain(null, "Shifting to " + phase.traffic() + why)
                : plain(null, "Shifting from " + e.from() + " to " + e.to() + why);
    }

    @Override
    public Sentence shiftApplied(RolloutEvent.ShiftApplied e) {
        return plain(
                Topic.PROGRESS,
                "Router verified " + plan.phases().get(e.phase()).extra().at(e.weight()) + " in phase "
                        + name(e.phase()));
    }

    @Override
    public Sentence routerFailed(RolloutEvent.RouterFailed e) {
        return bad(Topic.TROUBLE, "The router failed, retrying: " + e.error());
    }

    @Override
    public Sentence weightFound(RolloutEvent.WeightFound e) {
        String weights = e.extra() == null
                ? "The router is at " + e.found() + " instead of " + e.expected()
                : "The canary gets " + e.extra().beside(e.found()) + ", which is not what the phase wants";
        return bad(Topic.TROUBLE, weights + ": somebody else changed it; the rollout is on hold");
    }

    @Override
    public Sentence trafficShareDiffers(RolloutEvent.TrafficShareDiffers e) {
        String seen = TrafficShareCheck.figures(e.weight(), e.canary(), e.total()) + " ("
                + Units.print(e.canary(), Unit.COUNT) + " of " + Units.count(e.total(), "request") + ")";
        if (e.more()) {
            return bad(Topic.TRAFFIC, "The canary gets more traffic than its weight: " + seen);
        }
        String paused = "; the hold of phase " + name(e.phase()) + " is paused until they match";
        return waiting(Topic.TRAFFIC, "The canary gets less traffic than its weight: " + seen + paused);
    }

    @Override
    public Sentence trafficShareMatches(RolloutEvent.TrafficShareMatches e) {
        String seen = TrafficShareCheck.figures(e.weight(), e.canary(), e.total());
        return good(Topic.TRAFFIC, "Observed traffic matches the weight again: " + seen);
    }

    @Override
    public Sentence advanceDelayed(RolloutEvent.AdvanceDelayed e) {
        String waits = "Waiting for the next green tick in phase " + name(e.phase());
        return waiting(Topic.TROUBLE, waits + " before going on: the gate passed, but " + e.reason());
    }

    @Override
    public Sentence gatePassed(RolloutEvent.GatePassed e) {
        String hold = Units.print(plan.phases().get(e.phase()).hold());
        Approval approval = plan.phases().get(e.phase()).approval();
        String asked = approval == null || approval.from() == null || approval.asksAt(e.at())
                ? ""
                : "; people are asked for approval from " + approval.asksFrom() + " on";
        return good(Topic.PROGRESS, "The gate of phase " + name(e.phase()) + " passed: green for " + hold + asked);
    }

    @Override
    public Sentence gateFailed(RolloutEvent.GateFailed e) {
        return bad(Topic.TROUBLE, "The gate of phase " + name(e.phase()) + " failed: " + e.reason());
    }

    @Override
    public Sentence dryRunFailed(GateEvent.DryRunFailed e) {
        String when = Units.print(Duration.ofMillis(e.afterMillis() / 1_000 * 1_000)) + " after the start";
        return waiting(
                Topic.PROGRESS,
                e.rule()
                        ? "Dry run: would have rolled back " + when + ": " + e.reason()
                        : "Dry run: would have failed in phase " + name(e.phase()) + " " + when + ": " + e.reason());
    }

    @Override
    public Sentence approvalAsked(RolloutEvent.ApprovalAsked e) {
        int min = min(e.phase());
        String people = min == 1 ? "" : " by " + min + " people";
        return waiting(Topic.WAITING, "Phase " + name(e.phase()) + " waits for approval" + people);
    }

    @Override
    public Sentence approved(RolloutEvent.Approved e) {
        int min = min(e.phase());
        boolean counted = min > 1 && e.agreed() != null;
        String what = counted && e.agreed() < min ? " agreed to" : " approved";
        String count = counted ? ", " + e.agreed() + " of " + min + " people" : "";
        String text = "Phase " + name(e.phase()) + what + count + colon(e.comment()) + older(e);
        return good(Topic.PROGRESS, text).by(e.by());
    }

    /** What was on the screen may be history. */
    private String older(RolloutEvent.Approved e) {
        long age = e.shown() == null || e.shown().at() == 0
                ? 0
                : e.at() - e.shown().at();
        return age <= 2 * plan.metrics().interval().toMillis()
                ? ""
                : " (the page was older: it showed the rollout of " + millis(age) + " before)";
    }

    @Override
    public Sentence approvalWithdrawn(RolloutEvent.ApprovalWithdrawn e) {
        return waiting(Topic.PROGRESS, "Agreement to phase " + name(e.phase()) + " withdrawn")
                .by(e.by());
    }

    @Override
    public Sentence holdSet(RolloutEvent.HoldSet e) {
        return waiting(Topic.WAITING, "Put on hold" + colon(e.reason())).by(e.by());
    }

    @Override
    public Sentence holdLifted(RolloutEvent.HoldLifted e) {
        return plain(Topic.PROGRESS, "Hold lifted").by(e.by());
    }

    @Override
    public Sentence advanceAsked(RolloutEvent.AdvanceAsked e) {
        String what = e.to() >= plan.phases().size() ? "Promotion" : "Phase " + name(e.to());
        String how = e.override() ? " without waiting for the gate" : "";
        return plain(null, what + " requested" + how + colon(e.reason())).by(e.by());
    }

    @Override
    public Sentence itemTicked(RolloutEvent.ItemTicked e) {
        return good(Topic.CHECKLIST, "Ticked in " + e.checklist() + ": " + e.item() + proof(e.proof()))
                .by(e.by());
    }

    @Override
    public Sentence itemWithdrawn(RolloutEvent.ItemWithdrawn e) {
        String what = e.checklist() + ": " + e.item() + proof(e.proof());
        return waiting(Topic.CHECKLIST, "Withdrawn from " + what).by(e.by());
    }

    @Override
    public Sentence windowClosed(RolloutEvent.WindowClosed e) {
        String until = e.opens() == null ? "" : " until " + plan.windows().print(e.opens(), e.at());
        return waiting(null, "The window is closed" + until + colon(e.reason()));
    }

    @Override
    public Sentence windowOpened(RolloutEvent.WindowOpened e) {
        return plain(null, "The window is open");
    }

    @Override
    public Sentence windowOverridden(RolloutEvent.WindowOverridden e) {
        return waiting(Topic.PROGRESS, "Window overridden for the next rise" + colon(e.comment()))
                .by(e.by());
    }

    @Override
    public Sentence promoteIntended(RolloutEvent.PromoteIntended e) {
        return plain(Topic.PROGRESS, "Promoting: the new version becomes the stable one");
    }

    @Override
    public Sentence watchStarted(RolloutEvent.WatchStarted e) {
        String then = plan.watch() == null
                ? "waiting for the checklists after the promotion"
                : "watched for " + Units.print(plan.watch().length());
        return good(Topic.WATCH, "Promoted; " + then);
    }

    @Override
    public Sentence watchBreached(RolloutEvent.WatchBreached e) {
        String then =
                switch (e.then()) {
                    case ALERT -> "";
                    case ROLLBACK -> "; rolling back to the version before";
                    case ASK -> "; somebody has to keep the version or roll it back";
                };
        return bad(Topic.WATCH, "Breach after the promotion: " + e.reason() + then);
    }

    @Override
    public Sentence watchRecovered(RolloutEvent.WatchRecovered e) {
        return good(Topic.WATCH, "The breach is over: no check failed in the last ticks");
    }

    @Override
    public Sentence breachAccepted(RolloutEvent.BreachAccepted e) {
        return waiting(Topic.WATCH, "The version is kept despite the breach" + colon(e.comment()))
                .by(e.by());
    }

    @Override
    public Sentence watchEnded(RolloutEvent.WatchEnded e) {
        return plain(Topic.WATCH, (plan.watch() == null ? "Done" : "The watch ended") + colon(e.reason()))
                .by(e.by());
    }

    @Override
    public Sentence rollbackIntended(RolloutEvent.RollbackIntended e) {
        String what = e.rule() == null ? "Rolling back" : "Abort rule fired, rolling back";
        return bad(Topic.ROLLBACK, what + colon(e.reason())).by(e.by());
    }

    @Override
    public Sentence resumed(RolloutEvent.Resumed e) {
        return waiting(null, "Resumed after " + millis(e.gapMillis()) + " without monitoring");
    }

    @Override
    public Sentence ticksRestarted(RolloutEvent.TicksRestarted e) {
        String silent = "No tick for " + millis(e.silentMillis());
        return bad(Topic.TROUBLE, silent + ": the canary was not monitored; the supervisor has restarted the ticks");
    }

    @Override
    public Sentence warned(RolloutEvent.Warned e) {
        return waiting(Topic.TROUBLE, e.message());
    }

    @Override
    public Sentence probed(RolloutEvent.Probed e) {
        ProbeResult result = e.result();
        String probe = "Probe " + result.probe() + " on " + result.track().word();
        return switch (result.outcome()) {
            case PASS -> good(null, probe + " passed: " + result.says());
            case FAIL -> bad(null, probe + " failed: " + result.says());
            case NO_DATA, UNAVAILABLE -> waiting(null, probe + " was undecided: " + result.says());
        };
    }

    @Override
    public Sentence loaded(RolloutEvent.Loaded e) {
        String sent = Units.count(e.report().requests(), "request") + " in "
                + millis(e.report().tookMillis());
        return plain(null, "The load on " + e.report().track().word() + " ended: " + sent);
    }

    @Override
    public Sentence captured(RolloutEvent.Captured e) {
        String templates = Units.count(e.configuration().templates().size(), "pod template");
        String configs =
                Units.count(e.configuration().configs().size(), "ConfigMap or Secret", "ConfigMaps and Secrets");
        return plain(null, "Recorded the pods' configuration: " + templates + ", " + configs);
    }

    @Override
    public Sentence journalLost(RolloutEvent.JournalLost e) {
        String kept = e.kept() == null ? "" : "; it is kept as " + e.kept();
        return bad(Topic.TROUBLE, "The journal was lost" + colon(e.reason()) + kept);
    }

    @Override
    public Sentence ended(RolloutEvent.Ended e) {
        return switch (e.outcome()) {
            case PROMOTED -> good(Topic.ENDED, "Promoted" + colon(e.reason()));
            case ROLLED_BACK -> bad(Topic.ENDED, "Rolled back, router verified at 0%" + colon(e.reason()));
            case HELD -> waiting(Topic.ENDED, "Ended on hold at " + e.weight() + colon(e.reason()));
            case FAILED -> bad(Topic.ENDED, "Failed" + colon(e.reason()));
        };
    }

    private int min(int phase) {
        Approval approval = plan.phases().get(phase).approval();
        return approval == null ? 1 : approval.min();
    }

    private String name(int phase) {
        return plan.phases().get(phase).name();
    }

    private static String millis(long millis) {
        return Units.print(Duration.ofMillis(millis));
    }

    private static String proof(String says) {
        return says == null ? "" : ", since " + says;
    }

    private static String colon(String text) {
        return text == null || text.isBlank() ? "" : ": " + text;
    }
}
