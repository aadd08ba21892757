package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.Score;
import java.util.ArrayList;
import java.util.List;

/** The checks of a gate summed up by a {@link Score}, instead of by "all must pass". */
public final class GateScore {

    private GateScore() {}

    /** @param checks in the order of {@code gate} */
    public static Score.Result of(Score score, List<Criterion> gate, List<Check> checks) {
        List<Score.Judged> judged = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            Criterion c = gate.get(i);
            if (c.dryRun()) {
                continue;
            }
            InScore in = c.inScore();
            judged.add(new Score.Judged(
                    new Score.Metric(
                            c.label(),
                            in.groups().isEmpty() ? List.of(c.metric().key()) : in.groups(),
                            in.critical(),
                            in.mustHaveData(),
                            null),
                    Judgment.only(verdict(c, checks.get(i)))));
        }
        return score.of(judged);
    }

    private static io.jenkins.plugins.canary.engine.judge.Verdict verdict(Criterion c, Check check) {
        return switch (c.onNoData().standsFor(check.outcome())) {
            case PASS -> io.jenkins.plugins.canary.engine.judge.Verdict.PASS;
            case FAIL -> io.jenkins.plugins.canary.engine.judge.Verdict.HIGH;
            case NO_DATA, UNAVAILABLE -> io.jenkins.plugins.canary.engine.judge.Verdict.NODATA;
        };
    }

    /** A score leaves out what has no data, but does not pass while a source does not answer. */
    static TickResult result(Score score, List<Criterion> gate, List<Check> checks) {
        return switch (of(score, gate, checks).mark()) {
            case PASS -> answered(gate, checks) ? TickResult.GREEN : TickResult.BLIND;
            case MARGINAL -> TickResult.AMBER;
            case FAIL -> TickResult.RED;
            case NODATA -> TickResult.BLIND;
        };
    }

    private static boolean answered(List<Criterion> gate, List<Check> checks) {
        for (int i = 0; i < checks.size(); i++) {
            if (!gate.get(i).dryRun()
                    && gate.get(i).onNoData().standsFor(checks.get(i).outcome()) == CheckOutcome.UNAVAILABLE) {
                return false;
            }
        }
        return true;
    }
}
