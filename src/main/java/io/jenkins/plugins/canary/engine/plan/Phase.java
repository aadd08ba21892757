package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.GateTerms;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import java.time.Duration;
import java.util.List;

/**
 * One row of the phase table.
 *
 * @param hold how long the gate must be continuously green before the phase passes
 * @param deadline how much time with data the phase may take before it has failed
 * @param gate the criteria; the plan's own gate unless the phase has one
 * @param approval who must agree before the rollout leaves this phase; null when nobody has to
 * @param load what is sent to the tracks for the length of the phase; null for nothing
 * @param score sums up the gate's criteria; null when every one must pass
 * @param extra what the canary gets beside the weight: the cohorts of the phases before and of this one, and copies only
 *     in the phase that wants them
 */
public record Phase(
        String name,
        Weight weight,
        Duration hold,
        Duration deadline,
        List<Criterion> gate,
        Approval approval,
        Load load,
        Score score,
        ExtraTraffic extra) {

    public Phase {
        gate = List.copyOf(gate);
    }

    /** A phase in which the canary gets its weight and nothing else. */
    public Phase(
            String name,
            Weight weight,
            Duration hold,
            Duration deadline,
            List<Criterion> gate,
            Approval approval,
            Load load,
            Score score) {
        this(name, weight, hold, deadline, gate, approval, load, score, ExtraTraffic.NONE);
    }

    /** What the phase is about, for people: {@code 5%}, {@code mirror 10%} or {@code header X-Canary=always}. */
    public String traffic() {
        return extra.label(weight);
    }

    /** The same row with another gate and load. */
    public Phase with(List<Criterion> otherGate, Load otherLoad) {
        return new Phase(name, weight, hold, deadline, otherGate, approval, otherLoad, score, extra);
    }

    public GateTerms terms() {
        return new GateTerms(name, hold, deadline, gate);
    }

    /** The same row, which nobody has to approve. */
    Phase withoutApproval() {
        return new Phase(name, weight, hold, deadline, gate, null, load, score, extra);
    }
}
