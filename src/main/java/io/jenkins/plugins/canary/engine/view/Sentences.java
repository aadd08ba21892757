package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutEventVisitor;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What each event is to people: one sentence, who, and whether it is good news. */
public final class Sentences implements RolloutEventVisitor<Sentences.Sentence> {

    private static final int LONGEST = 1_000;
    private static final Map<Class<?>, String> KINDS = Arrays.stream(
                    RolloutEvent.class.getAnnotation(JsonSubTypes.class).value())
            .collect(Collectors.toMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));

    private final CanaryPlan plan;

    private Sentences(CanaryPlan plan) {
        this.plan = plan;
    }

    /**
     * @param topic for those who are told; null for what nobody is told
     * @param by null for the engine
     */
    record Sentence(Topic topic, Tone tone, String by, String text) {}

    /** Null for ticks, which are no events for people. */
    public static RolloutStatusResponse.EventRow of(CanaryPlan plan, long seq, RolloutEvent event) {
        Sentence says = event.accept(new Sentences(plan));
        return says == null
                ? null
                : new RolloutStatusResponse.EventRow(
                        seq, event.at(), KINDS.get(event.getClass()), says.tone, says.by, bounded(says.text));
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

    private static Sentence plain(Topic topic, String by, String text) {
        return new Sentence(topic, Tone.PLAIN, by, text);
    }

    private static Sentence good(Topic topic, String by, String text) {
        return new Sentence(topic, Tone.GOOD, by, text);
    }

    private static Sentence waiting(Topic topic, String by, String text) {
        return new Sentence(topic, Tone.WAITING, by, text);
    }

    private static Sentence bad(Topic topic, String by, String text) {
        return new Sentence(topic, Tone.BAD, by, text);
    }

    @Override
    public Sentence ticked(RolloutEvent.Ticked e) {
        return null;
    }

    @Override
    public Sentence started(RolloutEvent.Started e) {
        return plain(
                Topic.STARTED,
                e.by(),
                "Rollout of " + e.name() + (e.version() == null ? "" : " " + e.version()) + " started, "
                        + (e.mode() == AdvanceMode.AUTOMATIC ? "advances automatically" : "advanced by the pipeline"));
    }

    @Override
    public Sentence shiftIntended(RolloutEvent.ShiftIntended e) {
        return plain(
                null,
                null,
                "Shifting from " + e.from() + " to " + e.to()
                        + (e.why() == null ? " for phase " + name(e.phase()) : ": " + e.why()));
    }

    @Override
    public Sentence shiftApplied(RolloutEvent.ShiftApplied e) {
        return plain(Topic.PROGRESS, null, "Router verified at " + e.weight() + " in phase " + name(e.phase()));
    }

    @Override
    public Sentence routerFailed(RolloutEvent.RouterFailed e) {
        return bad(Topic.TROUBLE, null, "The router failed, retrying: " + e.error());
    }

    @Override
    public Sentence weightFound(RolloutEvent.WeightFound e) {
        return bad(
                Topic.TROUBLE,
                null,
                "The router is at " + e.found() + " instead of " + e.expected()
                        + ": somebody else changed it; the rollout is on hold");
    }

    @Override
    public Sentence trafficShareDiffers(RolloutEvent.TrafficShareDiffers e) {
        String seen = TrafficShareCheck.figures(e.weight(), e.canary(), e.total()) + " ("
                + Units.print(e.canary(), Unit.COUNT) + " of " + Units.count(e.total(), "request") + ")";
        return e.more()
                ? bad(Topic.TRAFFIC, null, "The canary gets more traffic than its weight: " + seen)
                : waiting(
                        Topic.TRAFFIC,
                        null,
                        "The canary gets less traffic than its weight: " + seen + "; the hold of phase "
                                + name(e.phase()) + " is paused until they match");
    }

    @Override
    public Sentence trafficShareMatches(RolloutEvent.TrafficShareMatches e) {
        return good(
                Topic.TRAFFIC,
                null,
                "Observed traffic matches the weight again: "
                        + TrafficShareCheck.figures(e.weight(), e.canary(), e.total()));
    }

    @Override
    public Sentence advanceDelayed(RolloutEvent.AdvanceDelayed e) {
        return waiting(
                Topic.TROUBLE,
                null,
                "Waiting for the next green tick in phase " + name(e.phase())
                        + " before going on: the gate passed, but " + e.reason());
    }

    @Override
    public Sentence gatePassed(RolloutEvent.GatePassed e) {
        return good(
                Topic.PROGRESS,
                null,
                "The gate of phase " + name(e.phase()) + " passed: green for "
                        + Units.print(plan.phases().get(e.phase()).hold()));
    }

    @Override
    public Sentence gateFailed(RolloutEvent.GateFailed e) {
        return bad(Topic.TROUBLE, null, "The gate of phase " + name(e.phase()) + " failed: " + e.reason());
    }

    @Override
    public Sentence approvalAsked(RolloutEvent.ApprovalAsked e) {
        return waiting(Topic.WAITING, null, "Phase " + name(e.phase()) + " waits for approval");
    }

    @Override
    public Sentence approved(RolloutEvent.Approved e) {
        return good(Topic.PROGRESS, e.by(), "Phase " + name(e.phase()) + " approved" + colon(e.comment()));
    }

    @Override
    public Sentence holdSet(RolloutEvent.HoldSet e) {
        return waiting(Topic.WAITING, e.by(), "Put on hold" + colon(e.reason()));
    }

    @Override
    public Sentence holdLifted(RolloutEvent.HoldLifted e) {
        return plain(Topic.PROGRESS, e.by(), "Hold lifted");
    }

    @Override
    public Sentence advanceAsked(RolloutEvent.AdvanceAsked e) {
        return plain(
                null,
                e.by(),
                (e.to() >= plan.phases().size() ? "Promotion" : "Phase " + name(e.to())) + " requested"
                        + (e.override() ? " without waiting for the gate" : "") + colon(e.reason()));
    }

    @Override
    public Sentence itemTicked(RolloutEvent.ItemTicked e) {
        return good(Topic.CHECKLIST, e.by(), "Ticked in " + e.checklist() + ": " + e.item() + proof(e.proof()));
    }

    @Override
    public Sentence itemWithdrawn(RolloutEvent.ItemWithdrawn e) {
        return waiting(Topic.CHECKLIST, e.by(), "Withdrawn from " + e.checklist() + ": " + e.item() + proof(e.proof()));
    }

    @Override
    public Sentence promoteIntended(RolloutEvent.PromoteIntended e) {
        return plain(Topic.PROGRESS, null, "Promoting: the new version becomes the stable one");
    }

    @Override
    public Sentence watchStarted(RolloutEvent.WatchStarted e) {
        return good(
                Topic.WATCH,
                null,
                plan.watch() == null
                        ? "Promoted; waiting for the checklists after the promotion"
                        : "Promoted; watched for " + Units.print(plan.watch().length()));
    }

    @Override
    public Sentence watchBreached(RolloutEvent.WatchBreached e) {
        return bad(
                Topic.WATCH,
                null,
                "Breach after the promotion: " + e.reason()
                        + switch (e.then()) {
                            case ALERT -> "";
                            case ROLLBACK -> "; rolling back to the version before";
                            case ASK -> "; somebody has to keep the version or roll it back";
                        });
    }

    @Override
    public Sentence watchRecovered(RolloutEvent.WatchRecovered e) {
        return good(Topic.WATCH, null, "The breach is over: no check failed in the last ticks");
    }

    @Override
    public Sentence breachAccepted(RolloutEvent.BreachAccepted e) {
        return waiting(Topic.WATCH, e.by(), "The version is kept despite the breach" + colon(e.comment()));
    }

    @Override
    public Sentence watchEnded(RolloutEvent.WatchEnded e) {
        return plain(Topic.WATCH, e.by(), (plan.watch() == null ? "Done" : "The watch ended") + colon(e.reason()));
    }

    @Override
    public Sentence rollbackIntended(RolloutEvent.RollbackIntended e) {
        return bad(
                Topic.ROLLBACK,
                e.by(),
                (e.rule() == null ? "Rolling back" : "Abort rule fired, rolling back") + colon(e.reason()));
    }

    @Override
    public Sentence resumed(RolloutEvent.Resumed e) {
        return waiting(
                null, null, "Resumed after " + Units.print(Duration.ofMillis(e.gapMillis())) + " without monitoring");
    }

    @Override
    public Sentence ticksRestarted(RolloutEvent.TicksRestarted e) {
        return bad(
                Topic.TROUBLE,
                null,
                "No tick for " + Units.print(Duration.ofMillis(e.silentMillis()))
                        + ": the canary was not monitored; the supervisor has restarted the ticks");
    }

    @Override
    public Sentence warned(RolloutEvent.Warned e) {
        return waiting(Topic.TROUBLE, null, e.message());
    }

    @Override
    public Sentence probed(RolloutEvent.Probed e) {
        ProbeResult result = e.result();
        String probe = "Probe " + result.probe() + " on " + result.track().word();
        return switch (result.outcome()) {
            case PASS -> good(null, null, probe + " passed: " + result.says());
            case FAIL -> bad(null, null, probe + " failed: " + result.says());
            case NO_DATA, UNAVAILABLE -> waiting(null, null, probe + " was undecided: " + result.says());
        };
    }

    @Override
    public Sentence loaded(RolloutEvent.Loaded e) {
        return plain(
                null,
                null,
                "The load on " + e.report().track().word() + " ended: "
                        + Units.count(e.report().requests(), "request") + " in "
                        + Units.print(Duration.ofMillis(e.report().tookMillis())));
    }

    @Override
    public Sentence captured(RolloutEvent.Captured e) {
        int configs = e.configuration().configs().size();
        return plain(
                null,
                null,
                "Recorded the pods' configuration: "
                        + Units.count(e.configuration().templates().size(), "pod template") + ", "
                        + Units.count(configs, "ConfigMap or Secret", "ConfigMaps and Secrets"));
    }

    @Override
    public Sentence journalLost(RolloutEvent.JournalLost e) {
        return bad(
                Topic.TROUBLE,
                null,
                "The journal was lost" + colon(e.reason()) + (e.kept() == null ? "" : "; it is kept as " + e.kept()));
    }

    @Override
    public Sentence ended(RolloutEvent.Ended e) {
        return switch (e.outcome()) {
            case PROMOTED -> good(Topic.ENDED, null, "Promoted" + colon(e.reason()));
            case ROLLED_BACK -> bad(Topic.ENDED, null, "Rolled back, router verified at 0%" + colon(e.reason()));
            case HELD -> waiting(Topic.ENDED, null, "Ended on hold at " + e.weight() + colon(e.reason()));
            case FAILED -> bad(Topic.ENDED, null, "Failed" + colon(e.reason()));
        };
    }

    private String name(int phase) {
        return plan.phases().get(phase).name();
    }

    private static String proof(String says) {
        return says == null ? "" : ", since " + says;
    }

    private static String colon(String text) {
        return text == null || text.isBlank() ? "" : ": " + text;
    }
}
