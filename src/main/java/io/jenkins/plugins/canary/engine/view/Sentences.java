package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What each event is to people: one sentence, who, and whether it is good news. */
public final class Sentences {

    private static final int LONGEST = 1_000;
    private static final Map<Class<?>, String> KINDS = Arrays.stream(
                    RolloutEvent.class.getAnnotation(JsonSubTypes.class).value())
            .collect(Collectors.toMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));

    private Sentences() {}

    /** Null for ticks, which are no events for people. */
    public static RolloutStatusResponse.EventRow of(CanaryPlan plan, long seq, RolloutEvent event) {
        Said said = said(plan, event);
        return said == null
                ? null
                : new RolloutStatusResponse.EventRow(
                        seq, event.at(), KINDS.get(event.getClass()), said.tone, said.by, bounded(said.text));
    }

    /** However long a text is that came from outside, the view stays small. */
    static String bounded(String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private record Said(Tone tone, String by, String text) {}

    private static Said plain(String by, String text) {
        return new Said(Tone.PLAIN, by, text);
    }

    private static Said said(CanaryPlan plan, RolloutEvent event) {
        if (event instanceof RolloutEvent.Ticked) {
            return null;
        } else if (event instanceof RolloutEvent.Started e) {
            return plain(
                    e.by(),
                    "Rollout of " + e.name() + (e.version() == null ? "" : " " + e.version()) + " started, "
                            + (e.drive() == AdvanceMode.AUTOMATIC
                                    ? "phase by phase by itself"
                                    : "phase by phase by the pipeline"));
        } else if (event instanceof RolloutEvent.ShiftIntended e) {
            return plain(
                    null,
                    "Shifting from " + e.from() + " to " + e.to()
                            + (e.why() == null ? " for phase " + name(plan, e.phase()) : ": " + e.why()));
        } else if (event instanceof RolloutEvent.ShiftApplied e) {
            return plain(null, "The router was read back at " + e.weight() + " in phase " + name(plan, e.phase()));
        } else if (event instanceof RolloutEvent.RouterFailed e) {
            return new Said(Tone.BAD, null, "The router failed and is asked again: " + e.error());
        } else if (event instanceof RolloutEvent.WeightFound e) {
            return new Said(
                    Tone.BAD,
                    null,
                    "The router was found at " + e.found() + " instead of " + e.expected()
                            + ": somebody else changed it; on hold");
        } else if (event instanceof RolloutEvent.TrafficShareDiffers e) {
            String seen = TrafficShareCheck.figures(e.weight(), e.canary(), e.total()) + " (" + e.canary() + " of "
                    + e.total() + " requests)";
            return e.more()
                    ? new Said(Tone.BAD, null, "The canary gets more traffic than its weight: " + seen)
                    : new Said(
                            Tone.WAITING,
                            null,
                            "The canary gets less traffic than its weight: " + seen + "; the clocks of phase "
                                    + name(plan, e.phase()) + " stand still until they match");
        } else if (event instanceof RolloutEvent.TrafficShareMatches e) {
            return new Said(
                    Tone.GOOD,
                    null,
                    "Observed traffic matches the weight again: "
                            + TrafficShareCheck.figures(e.weight(), e.canary(), e.total()));
        } else if (event instanceof RolloutEvent.AdvanceDelayed e) {
            return new Said(
                    Tone.WAITING,
                    null,
                    "Waiting for the next green tick in phase " + name(plan, e.phase())
                            + " before going on: the gate passed, but " + e.reason());
        } else if (event instanceof RolloutEvent.GatePassed e) {
            return new Said(
                    Tone.GOOD,
                    null,
                    "The gate of phase " + name(plan, e.phase()) + " passed: green for "
                            + Units.print(plan.phases().get(e.phase()).hold()));
        } else if (event instanceof RolloutEvent.GateFailed e) {
            return new Said(Tone.BAD, null, "The gate of phase " + name(plan, e.phase()) + " failed: " + e.reason());
        } else if (event instanceof RolloutEvent.ApprovalAsked e) {
            return new Said(Tone.WAITING, null, "Phase " + name(plan, e.phase()) + " waits for approval");
        } else if (event instanceof RolloutEvent.Approved e) {
            return new Said(Tone.GOOD, e.by(), "Phase " + name(plan, e.phase()) + " approved" + colon(e.comment()));
        } else if (event instanceof RolloutEvent.HoldSet e) {
            return new Said(Tone.WAITING, e.by(), "Hold" + colon(e.reason()));
        } else if (event instanceof RolloutEvent.HoldLifted e) {
            return plain(e.by(), "Hold lifted");
        } else if (event instanceof RolloutEvent.AdvanceAsked e) {
            return plain(
                    e.by(),
                    (e.to() >= plan.phases().size() ? "Promotion" : "Phase " + name(plan, e.to())) + " asked for"
                            + (e.override() ? ", without waiting for the gate" : "") + colon(e.reason()));
        } else if (event instanceof RolloutEvent.ItemTicked e) {
            return new Said(Tone.GOOD, e.by(), "Ticked in " + e.checklist() + ": " + e.item() + proof(e.proof()));
        } else if (event instanceof RolloutEvent.ItemWithdrawn e) {
            return new Said(
                    Tone.WAITING, e.by(), "Withdrawn from " + e.checklist() + ": " + e.item() + proof(e.proof()));
        } else if (event instanceof RolloutEvent.PromoteIntended) {
            return plain(null, "Promoting: the new version becomes the stable one");
        } else if (event instanceof RolloutEvent.WatchStarted) {
            return new Said(
                    Tone.GOOD,
                    null,
                    plan.watch() == null
                            ? "Promoted; open for the checklists that follow"
                            : "Promoted; on watch for "
                                    + Units.print(plan.watch().length()));
        } else if (event instanceof RolloutEvent.WatchBreached e) {
            return new Said(
                    Tone.BAD,
                    null,
                    "The watch found a breach: " + e.reason()
                            + switch (e.then()) {
                                case ALERT -> "";
                                case ROLLBACK -> "; rolling back to the version before";
                                case ASK -> "; somebody has to decide whether the version stays";
                            });
        } else if (event instanceof RolloutEvent.WatchRecovered) {
            return new Said(Tone.GOOD, null, "The breach is over: nothing has failed for a few ticks");
        } else if (event instanceof RolloutEvent.BreachAccepted e) {
            return new Said(Tone.WAITING, e.by(), "The version is kept in spite of the breach" + colon(e.comment()));
        } else if (event instanceof RolloutEvent.WatchEnded e) {
            return plain(e.by(), (plan.watch() == null ? "Done" : "The watch ended") + colon(e.reason()));
        } else if (event instanceof RolloutEvent.RollbackIntended e) {
            return new Said(
                    Tone.BAD,
                    e.by(),
                    (e.rule() == null ? "Rolling back" : "Abort rule fired, rolling back") + colon(e.reason()));
        } else if (event instanceof RolloutEvent.Resumed e) {
            return new Said(
                    Tone.WAITING,
                    null,
                    "Resumed after " + Units.print(Duration.ofMillis(e.gapMillis())) + " in which nobody watched");
        } else if (event instanceof RolloutEvent.TicksRestarted e) {
            return new Said(
                    Tone.BAD,
                    null,
                    "No tick was taken for " + Units.print(Duration.ofMillis(e.silentMillis()))
                            + ": nobody watched the canary for that long. The supervisor started the ticks again");
        } else if (event instanceof RolloutEvent.Warned e) {
            return new Said(Tone.WAITING, null, e.message());
        } else if (event instanceof RolloutEvent.Probed e) {
            return probed(e.result());
        } else if (event instanceof RolloutEvent.Loaded e) {
            return plain(
                    null,
                    "The load on " + e.report().track().word() + " ended: "
                            + Units.count(e.report().requests(), "request") + " in "
                            + Units.print(Duration.ofMillis(e.report().tookMillis())));
        } else if (event instanceof RolloutEvent.Captured e) {
            return plain(
                    null,
                    "Noted what the pods are made of: "
                            + Units.count(e.configuration().templates().size(), "pod template") + ", "
                            + e.configuration().configs().size() + " ConfigMaps and Secrets");
        } else if (event instanceof RolloutEvent.JournalLost e) {
            return new Said(
                    Tone.BAD,
                    null,
                    "The journal was lost" + colon(e.reason())
                            + (e.kept() == null ? "" : "; it is kept as " + e.kept()));
        } else if (event instanceof RolloutEvent.Ended e) {
            return ended(e);
        }
        throw new IllegalStateException("no sentence for " + event);
    }

    private static Said probed(ProbeResult result) {
        String probe = "Probe " + result.probe() + " on " + result.track().word();
        return switch (result.outcome()) {
            case PASS -> new Said(Tone.GOOD, null, probe + " passed: " + result.says());
            case FAIL -> new Said(Tone.BAD, null, probe + " failed: " + result.says());
            case NO_DATA, UNAVAILABLE -> new Said(Tone.WAITING, null, probe + " was undecided: " + result.says());
        };
    }

    private static Said ended(RolloutEvent.Ended e) {
        return switch (e.outcome()) {
            case PROMOTED -> new Said(Tone.GOOD, null, "Promoted" + colon(e.reason()));
            case ROLLED_BACK -> new Said(Tone.BAD, null, "Rolled back, read back at 0%" + colon(e.reason()));
            case HELD -> new Said(Tone.WAITING, null, "Ended on hold at " + e.weight() + colon(e.reason()));
            case FAILED -> new Said(Tone.BAD, null, "Failed" + colon(e.reason()));
        };
    }

    private static String name(CanaryPlan plan, int phase) {
        return plan.phases().get(phase).name();
    }

    private static String proof(String says) {
        return says == null ? "" : ", since " + says;
    }

    private static String colon(String text) {
        return text == null || text.isBlank() ? "" : ": " + text;
    }
}
