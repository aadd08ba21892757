package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.BlockingChecklist;
import io.jenkins.plugins.canary.engine.rollout.HealthFold;
import io.jenkins.plugins.canary.engine.rollout.People;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck;
import io.jenkins.plugins.canary.engine.rollout.WatchFold;
import io.jenkins.plugins.canary.engine.rollout.WindowFold;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ScoreRow;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a rollout stands, for people: what it does, why, and whether that is well.
 *
 * @param says one line without a full stop
 * @param reason one line; null when there is nothing to add
 */
public record Headline(Health health, String says, String reason) {

    public Headline {
        reason = Sentences.bounded(reason);
    }

    /** Both in one line. */
    public String line() {
        return says + (reason == null ? "" : ": " + reason);
    }

    /** The phase stays as it is until something or somebody lets it go on. */
    private static final Set<Status> STAYS = EnumSet.of(
            Status.ON_HOLD,
            Status.AWAITING_APPROVAL,
            Status.CAPPED,
            Status.AWAITING_CHECKLIST,
            Status.AWAITING_WINDOW,
            Status.PASSED);

    private static Headline good(String says, String reason) {
        return new Headline(Health.GOOD, says, reason);
    }

    private static Headline busy(String says, String reason) {
        return new Headline(Health.BUSY, says, reason);
    }

    private static Headline waiting(String says, String reason) {
        return new Headline(Health.WAITING, says, reason);
    }

    private static Headline bad(String says, String reason) {
        return new Headline(Health.BAD, says, reason);
    }

    static Headline of(CanaryPlan plan, RolloutState s, LatestChecks checks) {
        Status status = s.status(plan);
        Phase phase = s.current(plan);
        Headline headline = of(plan, s, status, phase, checks);
        return STAYS.contains(status) && phase != null ? headline.also(s, checks) : headline;
    }

    private static Headline ended(RolloutState s) {
        String reason = s.ended().reason();
        return switch (s.ended().outcome()) {
            case PROMOTED -> good(s.started().subject() + " is promoted", reason);
            case ROLLED_BACK -> bad(s.started().subject() + " was rolled back", reason);
            case HELD -> waiting("Ended on hold " + s.at(), reason);
            case FAILED -> bad("The rollout could not begin", reason);
        };
    }

    private static Headline of(CanaryPlan plan, RolloutState s, Status status, Phase phase, LatestChecks checks) {
        String error = s.position().routerError();
        String name = phase == null ? "" : phase.name();
        return switch (status) {
            case STARTING -> busy("Starting", error == null ? starting(plan, s) : error);
            case SHIFTING -> {
                String into = plan.phases().get(s.intent().phase()).name();
                yield busy("Shifting to " + s.intent().extra().label(s.intent().to()) + " for phase " + into, error);
            }
            case WATCHING -> watching(s, phase, checks, checks.score(plan, s.phase()));
            case ON_HOLD ->
                waiting(
                        "On hold in phase " + name + " " + s.at(),
                        s.people().held().reason());
            case AWAITING_APPROVAL ->
                waiting("Phase " + name + " waits for approval " + s.at(), "The gate passed" + approval(s, phase));
            case CAPPED -> waiting("Capped in phase " + name + " " + s.at(), capped(plan) + waits(plan, s));
            case AWAITING_CHECKLIST -> {
                String passed = s.evidence().gate().passedAt() == 0 ? " " : " passed ";
                yield waiting(
                        phase == null ? "Before the first shift" : "Phase " + name + passed + s.at(),
                        "Waits for " + s.waitsFor(plan).says());
            }
            case AWAITING_WINDOW -> {
                String passed = s.evidence().gate().passedAt() == 0 ? " " : " passed ";
                yield waiting(
                        phase == null ? "Before the first shift" : "Phase " + name + passed + s.at(), window(plan, s));
            }
            case ON_WATCH -> watch(plan, s, checks);
            case PASSED -> {
                boolean goesOn = s.started().mode() == AdvanceMode.AUTOMATIC
                        || s.people().wanted() > s.phase();
                yield good(
                        "Phase " + name + " passed " + s.at(),
                        goesOn ? "The gate passed" : "The gate passed; the pipeline has to go on");
            }
            case GATE_FAILED ->
                bad(
                        "The gate of phase " + name + " failed " + s.at(),
                        s.evidence().gateFailure());
            case PROMOTING -> busy("Promoting " + s.started().subject(), error);
            case ROLLING_BACK -> {
                String retries = error == null
                        ? ""
                        : " (the router does not answer as it should: " + error + "; retrying until it confirms 0%)";
                yield bad(
                        "Rolling back from "
                                + s.position().extra().label(s.intent().from()),
                        s.intent().reason() + retries);
            }
            case PROMOTED, ROLLED_BACK, HELD, FAILED -> ended(s);
        };
    }

    /** Who has agreed, from when people are asked, and who may. */
    private static String approval(RolloutState s, Phase phase) {
        Approval approval = phase.approval();
        List<People.Agreement> given = s.people().agreements();
        String people = given.stream().map(People.Agreement::by).collect(Collectors.joining(", ", ": ", ""));
        String count = approval.min() == 1
                ? ""
                : "; " + given.size() + " of " + approval.min() + " people have agreed"
                        + (given.isEmpty() ? "" : people);
        String from = s.people().askedAt() != 0 || approval.from() == null
                ? ""
                : "; people are asked from " + approval.asksFrom() + " on";
        return count + from + (approval.by().isEmpty() ? "" : "; may be approved by " + approval.approvers());
    }

    /** While somebody or something is waited for, what keeps the rollout from going on anyway. */
    private Headline also(RolloutState s, LatestChecks checks) {
        String more = reason == null ? "" : "; " + reason;
        Headline down = down(says, s, more);
        if (down != null) {
            return down;
        }
        Headline traffic = traffic(says, s, more);
        if (traffic != null) {
            return traffic;
        }
        if (s.evidence().gate().passedAt() == 0 || isGreen(s)) {
            return this;
        }
        String why = checks.unseen(s.phase());
        return waiting(
                says,
                (reason == null ? "" : reason + "; ") + "goes on only after the next green tick"
                        + (why == null ? "" : ": " + why));
    }

    private static boolean isGreen(RolloutState s) {
        return s.evidence().gate().lastGreenAt() != 0
                && s.evidence().gate().lastGreenAt() == s.evidence().gate().lastAt();
    }

    /** Why requests to the canary fail; null when they do not, as far as is known. */
    private static Headline down(String says, RolloutState s, String more) {
        HealthFold health = s.evidence().health();
        if (!health.isDown()) {
            return null;
        }
        boolean refused = health.last().is(CanaryHealth.State.REFUSED);
        return bad(
                says,
                (refused ? "The router refuses the canary as a destination: " : "The canary has no ready pod: ")
                        + health.last().detail()
                        + more);
    }

    /** What the router counted, where that contradicts the weight; else null. */
    private static Headline traffic(String says, RolloutState s, String more) {
        TrafficShareCheck share = s.evidence().share();
        if (!share.contradicts()) {
            return null;
        }
        return share.observed().finding() == TrafficShareCheck.Finding.LESS
                ? waiting(
                        says,
                        "Waiting for observed traffic to match " + s.weight() + " (now "
                                + Units.print(share.observed().share(), Unit.RATIO) + ")" + more)
                : bad(
                        says,
                        "The canary gets more traffic than its weight: " + share.figures(s.weight())
                                + "; rolls back when " + TrafficShareCheck.BREACH_TICKS + " ticks in a row agree"
                                + more);
    }

    private static String starting(CanaryPlan plan, RolloutState s) {
        if (s.people().held() != null) {
            return "On hold: " + s.people().held().reason();
        }
        Weight first = plan.phases().get(0).weight();
        boolean capped = s.capped(plan, first).compareTo(first) < 0;
        return capped ? capped(plan) + waits(plan, s) : "Reading the router before the first shift";
    }

    /** {@code Waits for the window: Mon 30 Nov 09:00 Europe/Berlin (Christmas)}. */
    static String window(CanaryPlan plan, RolloutState s) {
        WindowFold closed = s.window();
        String why = closed.reason() == null ? "" : closed.reason();
        return closed.opens() == null
                ? "Waits for the window: " + why
                : "Waits for the window: " + plan.windows().print(closed.opens(), closed.since())
                        + (why.isEmpty() ? "" : " (" + why + ")");
    }

    private static String capped(CanaryPlan plan) {
        String until = plan.cap().until();
        return "No more than " + plan.cap().weight()
                + (until == null ? "" : " until checklist " + until + " is complete");
    }

    private static String waits(CanaryPlan plan, RolloutState s) {
        BlockingChecklist open = s.waitsFor(plan);
        return open == null || open.checklist() == null ? "" : "; waits for " + open.says();
    }

    private static Headline watch(CanaryPlan plan, RolloutState s, LatestChecks checks) {
        BlockingChecklist open = s.waitsFor(plan);
        String promoted = s.started().subject() + " is promoted";
        if (plan.watch() == null) {
            return open == null ? good(promoted, null) : waiting(promoted, "Waits for " + open.says());
        }
        String says = promoted + " and on watch";
        WatchFold.Breach breach = s.watch().breach();
        if (breach != null && breach.accepted() == null) {
            String asks = s.watch().asks() ? "; somebody has to keep the version or roll it back" : "";
            return bad(says, "Breach: " + breach.reason() + asks);
        }
        String failing = checks.says(plan.afterwards(), CheckOutcome.FAIL);
        if (failing != null) {
            return bad(says, failing);
        }
        if (breach != null) {
            return bad(says, "Kept by " + breach.accepted() + " despite a breach: " + breach.reason());
        }
        String unseen = checks.unseen(plan.afterwards());
        if (unseen != null) {
            return waiting(says, unseen + "; no monitoring until there is data");
        }
        return good(says, "No check fails" + (open == null ? "" : "; waits for " + open.says()));
    }

    private static Headline watching(RolloutState s, Phase phase, LatestChecks checks, ScoreRow score) {
        String says = "Watching phase " + phase.name() + " " + s.at();
        Headline down = down(says, s, "");
        if (down != null) {
            return down;
        }
        String failing = score == null
                ? checks.says(s.phase(), CheckOutcome.FAIL)
                : score.mark() == Score.Mark.FAIL ? score.says() : null;
        if (failing != null) {
            return bad(says, failing);
        }
        Headline traffic = traffic(says, s, "");
        if (traffic != null) {
            return traffic;
        }
        if (!s.evidence().gate().isOpen()) {
            return busy(says, "Waiting for observed traffic to match " + s.weight());
        }
        if (score != null && score.mark() == Score.Mark.MARGINAL) {
            return waiting(says, score.says() + "; neither good enough to go on nor bad enough to stop");
        }
        String unseen = isGreen(s) ? null : checks.unseen(s.phase());
        if (unseen != null) {
            return waiting(says, unseen + "; nothing advances until there is data");
        }
        if (checks.checks(s.phase()).isEmpty() && !phase.gate().isEmpty()) {
            return busy(says, "Waiting for the first readings");
        }
        boolean scored = score != null && score.mark() == Score.Mark.PASS;
        Duration green = Duration.ofMillis(s.evidence().gate().greenMillis() / 1000 * 1000);
        return good(
                says,
                (scored ? "The score passes" : "Every criterion passes") + ", green for " + Units.print(green) + " of "
                        + Units.print(phase.hold()));
    }
}
