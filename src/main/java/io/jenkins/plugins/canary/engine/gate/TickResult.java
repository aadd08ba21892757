package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Score;
import java.util.List;

/** All checks of a gate at one tick, taken together. */
public enum TickResult {
    /** Every criterion passed. */
    GREEN,
    /** At least one failed. */
    RED,
    /** Scored between the marks: it neither passes nor counts as failed. */
    AMBER,
    /** None failed, and for at least one there was nothing to judge. */
    BLIND;

    /** @param score null when every criterion must pass */
    public static TickResult of(List<Criterion> gate, List<Check> checks, Score score) {
        if (score != null && gate.stream().anyMatch(c -> !c.dryRun()) && !checks.isEmpty()) {
            return GateScore.result(score, gate, checks);
        }
        TickResult result = GREEN;
        for (int i = 0; i < checks.size(); i++) {
            TickResult one = gate.get(i).dryRun() ? GREEN : of(gate.get(i), checks.get(i));
            if (one == RED) {
                return RED;
            }
            result = one == BLIND ? BLIND : result;
        }
        return result;
    }

    private static TickResult of(Criterion criterion, Check check) {
        return switch (criterion.onNoData().standsFor(check.outcome())) {
            case PASS -> GREEN;
            case FAIL -> RED;
            case NO_DATA, UNAVAILABLE -> BLIND;
        };
    }
}
