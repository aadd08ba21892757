package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.AbortFold;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.GateScore;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.AbortRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.CriterionRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ScoreRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The newest check of each criterion of the phase in force, since when it has come to what it is, and the newest checks of
 * the abort rules.
 */
final class LatestChecks {

    /** More sentences than these are not read at a glance. */
    private static final int FEW = 2;

    private int phase = -1;
    private List<Check> checks = List.of();
    private List<Long> since = List.of();
    private List<Double> stable = List.of();
    private List<Check> abort = List.of();

    /** @param ofStable the stable track's values by metric; NaN where there is none */
    void tick(CanaryPlan plan, RolloutEvent.Ticked tick, SeriesIndex meters, double[] ofStable) {
        int now = Math.max(0, tick.phase());
        boolean same = now == phase && checks.size() == tick.gate().size();
        List<Long> newSince = new ArrayList<>();
        List<Double> newStable = new ArrayList<>();
        for (int i = 0; i < tick.gate().size(); i++) {
            boolean goesOn =
                    same && checks.get(i).outcome() == tick.gate().get(i).outcome();
            newSince.add(goesOn ? since.get(i) : tick.at());
            double value = ofStable[meters.index(plan.gate(now).get(i))];
            newStable.add(Double.isNaN(value) ? null : value);
        }
        phase = now;
        checks = tick.gate();
        since = newSince;
        stable = newStable;
        abort = tick.abort();
    }

    /** Those of a phase before say nothing of the one in force. */
    List<Check> checks(int inForce) {
        return Math.max(0, inForce) == phase ? checks : List.of();
    }

    List<CriterionRow> rows(CanaryPlan plan, int inForce, Map<String, String> queries, SeriesIndex meters) {
        int at = Math.max(0, inForce);
        List<Criterion> gate = plan.gate(at);
        List<CriterionRow> rows = new ArrayList<>();
        for (int i = 0; i < gate.size(); i++) {
            Criterion c = gate.get(i);
            Check check = at == phase ? checks.get(i) : null;
            rows.add(new CriterionRow(
                    c.label(),
                    c.metric().label(),
                    c.unit(),
                    c.min(),
                    c.max(),
                    c.versus() == null ? null : c.versus().maxIncrease(),
                    c.versus() == null ? null : c.versus().maxDecrease(),
                    check == null ? null : check.value(),
                    check == null ? null : stable.get(i),
                    check == null ? null : check.outcome(),
                    check == null ? null : Sentences.bounded(check.says()),
                    check == null ? null : since.get(i),
                    queries.get(c.query(plan.track(at)).key()),
                    meters.series(c),
                    c.dryRun(),
                    c.info()));
        }
        return rows;
    }

    /** Null when every criterion must pass, and before the first tick of the phase in force. */
    ScoreRow score(CanaryPlan plan, int inForce) {
        int at = Math.max(0, inForce);
        Score score = at < plan.phases().size() ? plan.phases().get(at).score() : null;
        if (score == null || at != phase || checks.isEmpty()) {
            return null;
        }
        Score.Result sum = GateScore.of(score, plan.gate(at), checks);
        Double reached = Double.isNaN(sum.score()) ? null : sum.score();
        String says = Sentences.bounded(sum.explanation());
        return new ScoreRow(reached, score.pass(), score.marginal(), sum.mark(), says);
    }

    /** @param fired label of the rule that fired; null when none did */
    List<AbortRow> abortRows(CanaryPlan plan, RolloutState s, String fired) {
        boolean watch = s.watch() != null;
        AbortFold fold = watch ? s.watch().abort() : s.evidence().abort();
        double failures = watch ? s.watch().failures() : s.evidence().gate().failures();
        List<AbortRow> rows = new ArrayList<>();
        int i = 0;
        for (AbortRule rule : plan.abort(s.tickPhase(plan))) {
            String label = rule.label();
            boolean didFire = label.equals(fired)
                    || rule.isDryRun() && s.evidence().dryRuns().contains(label);
            if (rule.criterion() == null) {
                double limit = rule.consecutiveFailures();
                double near = Math.min(1, failures / limit);
                rows.add(new AbortRow(
                        label, label, Unit.COUNT, failures, limit, null, null, 0, near, didFire, false, null));
                continue;
            }
            Criterion c = rule.criterion();
            Check check = i < abort.size() ? abort.get(i) : null;
            long broken = fold.brokenFor(i++);
            rows.add(new AbortRow(
                    label,
                    says(rule),
                    c.unit(),
                    check == null ? null : check.value(),
                    c.max() == null ? c.min() : c.max(),
                    check == null ? null : check.outcome(),
                    broken < 0 ? null : broken,
                    rule.sustained().toMillis(),
                    nearness(c, check),
                    didFire,
                    rule.isDryRun(),
                    c.info()));
        }
        return rows;
    }

    private static String says(AbortRule rule) {
        Criterion c = rule.criterion();
        boolean oneBound = c.versus() == null && (c.min() == null) != (c.max() == null);
        if (!oneBound) {
            return rule.label();
        }
        return c.metric().label()
                + (c.min() == null ? " above " : " below ")
                + Units.print(c.min() == null ? c.max() : c.min(), c.unit())
                + (rule.sustained().isZero() ? "" : " for " + Units.print(rule.sustained()));
    }

    /**
     * How near a criterion is to being broken: 0 far, 1 at the limit or beyond; null without a value. A ratio with a lower
     * limit is measured from 100%, so that 97.5% is half of the way to a minimum of 95%; other lower limits by limit / value.
     */
    private static Double nearness(Criterion criterion, Check check) {
        if (check == null || check.value() == null) {
            return null;
        }
        double value = check.value();
        double nearness = 0;
        if (criterion.max() != null) {
            nearness = Math.max(nearness, criterion.max() > 0 ? value / criterion.max() : value > 0 ? 1 : 0);
        }
        if (criterion.min() != null) {
            double min = criterion.min();
            boolean fromAll = criterion.unit() == Unit.RATIO && min < 1;
            nearness = Math.max(nearness, fromAll ? (1 - value) / (1 - min) : value > 0 ? min / value : 1);
        }
        if (criterion.versus() != null && check.stable() != null && check.stable() != 0) {
            double rise = value / check.stable() - 1;
            nearness = Math.max(nearness, share(rise, criterion.versus().maxIncrease()));
            nearness = Math.max(nearness, share(-rise, criterion.versus().maxDecrease()));
        }
        return Math.max(0, Math.min(1, nearness));
    }

    private static double share(double change, Double most) {
        return most == null || most == 0 ? 0 : change / most;
    }

    /** What could not be judged, in words, a source that does not answer first; null when there is none. */
    String unseen(int inForce) {
        String dark = says(inForce, CheckOutcome.UNAVAILABLE);
        return dark == null ? says(inForce, CheckOutcome.NO_DATA) : dark;
    }

    /** What came to an outcome, in words; null when there is none. */
    String says(int inForce, CheckOutcome outcome) {
        List<String> all = checks(inForce).stream()
                .filter(c -> c.outcome() == outcome)
                .map(Check::says)
                .toList();
        int more = all.size() - FEW;
        return all.isEmpty()
                ? null
                : String.join("; ", all.subList(0, Math.min(FEW, all.size())))
                        + (more > 0 ? "; and " + more + " more" : "");
    }
}
