package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.rollout.Intent;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.ApprovalTerms;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** When each phase began, passed and ended. Times are milliseconds since the epoch; 0 stands for never. */
final class PhaseTable {

    private final long[] enteredAt;
    private final long[] passedAt;
    private final long[] leftAt;
    private final long[] greenMillis;

    /** For the JSON reader, which sets every field. */
    private PhaseTable() {
        this(0);
    }

    PhaseTable(int phases) {
        enteredAt = new long[phases];
        passedAt = new long[phases];
        leftAt = new long[phases];
        greenMillis = new long[phases];
    }

    /** Takes note of where the rollout is after an event at a time. */
    void follow(RolloutState s, long at) {
        int now = s.phase();
        if (now < 0) {
            return;
        }
        if (enteredAt[now] == 0) {
            enteredAt[now] = s.position().appliedAt();
        }
        for (int i = 0; i < now; i++) {
            if (enteredAt[i] != 0 && leftAt[i] == 0) {
                leftAt[i] = at;
            }
        }
        if ((s.isEnded() || s.watch() != null) && leftAt[now] == 0) {
            leftAt[now] = at;
        }
        passedAt[now] = s.evidence().gate().passedAt();
        greenMillis[now] = s.evidence().gate().greenMillis();
    }

    List<PhaseRow> rows(CanaryPlan plan, RolloutState s) {
        List<PhaseRow> rows = new ArrayList<>();
        for (int i = 0; i < plan.phases().size(); i++) {
            Phase phase = plan.phases().get(i);
            rows.add(new PhaseRow(
                    phase.name(),
                    phase.weight(),
                    phase.weight().isZero() ? phase.traffic() : null,
                    phase.hold().toMillis(),
                    Math.min(greenMillis[i], phase.hold().toMillis()),
                    phase.deadline().toMillis(),
                    orNull(enteredAt[i]),
                    orNull(passedAt[i]),
                    orNull(leftAt[i]),
                    ApprovalTerms.of(phase.approval()),
                    load(phase.load()),
                    state(s, i)));
        }
        return rows;
    }

    /** {@code 5/s on /health to canary, stable}. */
    private static String load(Load load) {
        return load == null
                ? null
                : Units.print(load.rps(), Unit.PER_SECOND) + " on " + load.path() + " to "
                        + load.tracks().stream().map(Track::word).sorted().collect(Collectors.joining(", "));
    }

    private PhaseState state(RolloutState s, int i) {
        Intent intent = s.intent();
        boolean shifting = intent != null && intent.kind() == Intent.Kind.SHIFT;
        if (shifting && intent.phase() == i && s.phase() != i) {
            return PhaseState.SHIFTING;
        }
        if (i > s.phase()) {
            return PhaseState.AHEAD;
        }
        if (enteredAt[i] == 0) {
            return PhaseState.SKIPPED;
        }
        if (i < s.phase()) {
            return passedAt[i] != 0 ? PhaseState.PASSED : PhaseState.OVERRIDDEN;
        }
        if (s.isRollingBack() || s.isEnded() && s.ended().outcome() == Outcome.ROLLED_BACK) {
            return PhaseState.ROLLED_BACK;
        }
        if (s.evidence().gateFailure() != null) {
            return PhaseState.FAILED;
        }
        if (passedAt[i] != 0) {
            return PhaseState.PASSED;
        }
        return s.isPromoted() ? PhaseState.OVERRIDDEN : PhaseState.WATCHING;
    }

    static Long orNull(long at) {
        return at == 0 ? null : at;
    }
}
