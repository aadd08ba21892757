package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.GateScore;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The newest check of each criterion of the phase in force, and since when it has come to what it is. */
final class GateChecks {

    /** More sentences than these are not read at a glance. */
    private static final int FEW = 2;

    private int phase = -1;
    private List<Check> checks = List.of();
    private List<Long> since = List.of();
    private List<Double> stable = List.of();

    void tick(CanaryPlan plan, RolloutEvent.Ticked tick, SeriesIndex meters) {
        int now = Math.max(0, tick.phase());
        boolean same = now == phase && checks.size() == tick.gate().size();
        List<Long> newSince = new ArrayList<>();
        List<Double> newStable = new ArrayList<>();
        double[] read = meters.values(tick)[1];
        for (int i = 0; i < tick.gate().size(); i++) {
            boolean goesOn =
                    same && checks.get(i).outcome() == tick.gate().get(i).outcome();
            newSince.add(goesOn ? since.get(i) : tick.at());
            double value = read[meters.index(plan.gate(now).get(i))];
            newStable.add(Double.isNaN(value) ? null : value);
        }
        phase = now;
        checks = tick.gate();
        since = newSince;
        stable = newStable;
    }

    /** Those of a phase before say nothing of the one in force. */
    List<Check> checks(int inForce) {
        return Math.max(0, inForce) == phase ? checks : List.of();
    }

    List<RolloutStatusResponse.CriterionRow> rows(
            CanaryPlan plan, int inForce, Map<String, String> queries, SeriesIndex meters) {
        int at = Math.max(0, inForce);
        List<Criterion> gate = plan.gate(at);
        List<RolloutStatusResponse.CriterionRow> rows = new ArrayList<>();
        for (int i = 0; i < gate.size(); i++) {
            Criterion c = gate.get(i);
            Check check = at == phase ? checks.get(i) : null;
            rows.add(new RolloutStatusResponse.CriterionRow(
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
                    meters.series(c)));
        }
        return rows;
    }

    /** Null when every criterion must pass, and before the first tick of the phase in force. */
    RolloutStatusResponse.ScoreRow score(CanaryPlan plan, int inForce) {
        int at = Math.max(0, inForce);
        Score score = at < plan.phases().size() ? plan.phases().get(at).score() : null;
        if (score == null || at != phase || checks.isEmpty()) {
            return null;
        }
        Score.Result sum = GateScore.of(score, plan.gate(at), checks);
        return new RolloutStatusResponse.ScoreRow(
                Double.isNaN(sum.score()) ? null : sum.score(),
                score.pass(),
                score.marginal(),
                sum.mark(),
                Sentences.bounded(sum.explanation()));
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
