package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.BlockingChecklist;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.rollout.TrafficShareCheck;
import io.jenkins.plugins.canary.engine.rollout.WatchFold;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

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
            Status.ON_HOLD, Status.AWAITING_APPROVAL, Status.CAPPED, Status.AWAITING_CHECKLIST, Status.PASSED);

    static Headline of(CanaryPlan plan, RolloutState s, GateChecks gate) {
        Status status = s.status(plan);
        Phase phase = s.current(plan);
        String name = phase == null ? "" : phase.name();
        Headline headline =
                switch (status) {
                    case STARTING ->
                        new Headline(
                                Health.BUSY,
                                "Starting",
                                s.position().routerError() == null
                                        ? starting(plan, s)
                                        : s.position().routerError());
                    case SHIFTING ->
                        new Headline(
                                Health.BUSY,
                                "Shifting to " + s.intent().to() + " for phase "
                                        + plan.phases().get(s.intent().phase()).name(),
                                s.position().routerError());
                    case WATCHING -> watching(s, phase, gate, gate.score(plan, s.phase()));
                    case ON_HOLD ->
                        new Headline(
                                Health.WAITING,
                                "On hold in phase " + name + " at " + s.weight(),
                                s.people().held().reason());
                    case AWAITING_APPROVAL ->
                        new Headline(
                                Health.WAITING,
                                "Phase " + name + " waits for approval at " + s.weight(),
                                "The gate passed"
                                        + (phase.approval().by().isEmpty()
                                                ? ""
                                                : "; may be approved by "
                                                        + String.join(
                                                                " or ",
                                                                phase.approval().by())));
                    case CAPPED ->
                        new Headline(
                                Health.WAITING,
                                "Capped in phase " + name + " at " + s.weight(),
                                capped(plan) + waits(plan, s));
                    case AWAITING_CHECKLIST ->
                        new Headline(
                                Health.WAITING,
                                phase == null
                                        ? "Before the first shift"
                                        : "Phase " + name
                                                + (s.evidence().gate().passedAt() == 0 ? " at " : " passed at ")
                                                + s.weight(),
                                "Waits for " + s.waitsFor(plan).says());
                    case ON_WATCH -> watch(plan, s, gate);
                    case PASSED ->
                        new Headline(
                                Health.GOOD,
                                "Phase " + name + " passed at " + s.weight(),
                                s.started().mode() == AdvanceMode.AUTOMATIC
                                                || s.people().wanted() > s.phase()
                                        ? "The gate passed"
                                        : "The gate passed; the pipeline has to go on");
                    case GATE_FAILED ->
                        new Headline(
                                Health.BAD,
                                "The gate of phase " + name + " failed at " + s.weight(),
                                s.evidence().gateFailure());
                    case PROMOTING ->
                        new Headline(
                                Health.BUSY,
                                "Promoting " + s.started().subject(),
                                s.position().routerError());
                    case ROLLING_BACK ->
                        new Headline(
                                Health.BAD,
                                "Rolling back from " + s.weight(),
                                s.intent().reason()
                                        + (s.position().routerError() == null
                                                ? ""
                                                : " (the router does not answer as it should: "
                                                        + s.position().routerError()
                                                        + "; retrying until it confirms 0%)"));
                    case PROMOTED ->
                        new Headline(
                                Health.GOOD,
                                s.started().subject() + " is promoted",
                                s.ended().reason());
                    case ROLLED_BACK ->
                        new Headline(
                                Health.BAD,
                                s.started().subject() + " was rolled back",
                                s.ended().reason());
                    case HELD ->
                        new Headline(
                                Health.WAITING,
                                "Ended on hold at " + s.weight(),
                                s.ended().reason());
                    case FAILED ->
                        new Headline(
                                Health.BAD,
                                "The rollout could not begin",
                                s.ended().reason());
                };
        return STAYS.contains(status) && phase != null ? headline.also(s, gate) : headline;
    }

    /** While somebody or something is waited for, what keeps the rollout from going on anyway. */
    private Headline also(RolloutState s, GateChecks gate) {
        String traffic = traffic(s);
        if (traffic != null) {
            return new Headline(worse(s), says, traffic + (reason == null ? "" : "; " + reason));
        }
        if (s.evidence().gate().passedAt() == 0 || isGreen(s)) {
            return this;
        }
        String dark = gate.says(s.phase(), CheckOutcome.UNAVAILABLE);
        String why = dark == null ? gate.says(s.phase(), CheckOutcome.NO_DATA) : dark;
        return new Headline(
                Health.WAITING,
                says,
                (reason == null ? "" : reason + "; ") + "goes on only after the next green tick"
                        + (why == null ? "" : ": " + why));
    }

    private static boolean isGreen(RolloutState s) {
        return s.evidence().gate().lastGreenAt() != 0
                && s.evidence().gate().lastGreenAt() == s.evidence().gate().lastAt();
    }

    /** What the router counted, where that contradicts the weight; else null. */
    private static String traffic(RolloutState s) {
        TrafficShareCheck.Observed seen = s.evidence().share().observed();
        if (!s.evidence().share().contradicts()) {
            return null;
        }
        return seen.finding() == TrafficShareCheck.Finding.LESS
                ? "Waiting for observed traffic to match " + s.weight() + " (now "
                        + Units.print(seen.share(), Unit.RATIO) + ")"
                : "The canary gets more traffic than its weight: "
                        + s.evidence().share().figures(s.weight()) + "; rolls back when "
                        + TrafficShareCheck.BREACH_TICKS + " ticks in a row agree";
    }

    private static Health worse(RolloutState s) {
        return s.evidence().share().observed().finding() == TrafficShareCheck.Finding.MORE
                ? Health.BAD
                : Health.WAITING;
    }

    private static String starting(CanaryPlan plan, RolloutState s) {
        if (s.people().held() != null) {
            return "On hold: " + s.people().held().reason();
        }
        boolean capped = s.capped(plan, plan.phases().get(0).weight())
                        .compareTo(plan.phases().get(0).weight())
                < 0;
        return capped ? capped(plan) + waits(plan, s) : "Reading the router before the first shift";
    }

    private static String capped(CanaryPlan plan) {
        return "No more than " + plan.cap().weight()
                + (plan.cap().until() == null
                        ? ""
                        : " until checklist " + plan.cap().until() + " is complete");
    }

    private static String waits(CanaryPlan plan, RolloutState s) {
        BlockingChecklist open = s.waitsFor(plan);
        return open == null || open.checklist() == null ? "" : "; waits for " + open.says();
    }

    private static Headline watch(CanaryPlan plan, RolloutState s, GateChecks gate) {
        String subject = s.started().subject();
        BlockingChecklist open = s.waitsFor(plan);
        String lists = open == null ? "" : "waits for " + open.says();
        if (plan.watch() == null) {
            return new Headline(
                    open == null ? Health.GOOD : Health.WAITING,
                    subject + " is promoted",
                    open == null ? null : "Waits for " + open.says());
        }
        String says = subject + " is promoted and on watch";
        WatchFold.Breach breach = s.watch().breach();
        if (breach != null && breach.accepted() == null) {
            return new Headline(
                    Health.BAD,
                    says,
                    "Breach: " + breach.reason()
                            + (s.watch().asks() ? "; somebody has to keep the version or roll it back" : ""));
        }
        int at = plan.afterwards();
        String failing = gate.says(at, CheckOutcome.FAIL);
        if (breach != null || failing != null) {
            return new Headline(
                    Health.BAD,
                    says,
                    failing != null
                            ? failing
                            : "Kept by " + breach.accepted() + " despite a breach: " + breach.reason());
        }
        String dark = gate.says(at, CheckOutcome.UNAVAILABLE) == null
                ? gate.says(at, CheckOutcome.NO_DATA)
                : gate.says(at, CheckOutcome.UNAVAILABLE);
        if (dark != null) {
            return new Headline(Health.WAITING, says, dark + "; no monitoring until there is data");
        }
        return new Headline(Health.GOOD, says, "No check fails" + (lists.isEmpty() ? "" : "; " + lists));
    }

    private static Headline watching(
            RolloutState s, Phase phase, GateChecks gate, RolloutStatusResponse.ScoreRow score) {
        String says = "Watching phase " + phase.name() + " at " + s.weight();
        boolean scored = score != null && score.mark() == Score.Mark.PASS;
        String failing = score == null
                ? gate.says(s.phase(), CheckOutcome.FAIL)
                : score.mark() == Score.Mark.FAIL ? score.says() : null;
        if (failing != null) {
            return new Headline(Health.BAD, says, failing);
        }
        String traffic = traffic(s);
        if (traffic != null) {
            return new Headline(worse(s), says, traffic);
        }
        if (!s.evidence().gate().isOpen()) {
            return new Headline(Health.BUSY, says, "Waiting for observed traffic to match " + s.weight());
        }
        if (score != null && score.mark() == Score.Mark.MARGINAL) {
            return new Headline(
                    Health.WAITING, says, score.says() + "; neither good enough to go on nor bad enough to stop");
        }
        String blind = isGreen(s) ? null : gate.says(s.phase(), CheckOutcome.NO_DATA);
        String dark = isGreen(s) ? null : gate.says(s.phase(), CheckOutcome.UNAVAILABLE);
        if (blind != null || dark != null) {
            return new Headline(
                    Health.WAITING, says, (dark == null ? blind : dark) + "; nothing advances until there is data");
        }
        if (gate.checks(s.phase()).isEmpty() && !phase.gate().isEmpty()) {
            return new Headline(Health.BUSY, says, "Waiting for the first readings");
        }
        return new Headline(
                Health.GOOD,
                says,
                (scored ? "The score passes" : "Every criterion passes") + ", green for "
                        + Units.print(Duration.ofMillis(s.evidence().gate().greenMillis() / 1000 * 1000)) + " of "
                        + Units.print(phase.hold()));
    }
}
