package io.jenkins.plugins.canary.steps;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import java.util.LinkedHashMap;

/** What the steps return: where the rollout stands, in plain values that scripts may keep. */
final class RolloutData {

    private RolloutData() {}

    static LinkedHashMap<String, Object> of(LiveRollout rollout) {
        CanaryPlan plan = rollout.plan();
        RolloutState s = rollout.state();
        return of(
                rollout.id(),
                rollout.name(),
                s.started() == null ? null : s.started().version(),
                s.status(plan).name(),
                s.phase() < 0 ? null : s.current(plan).name(),
                s.weight().percent(),
                s.isPromoted()
                        ? Outcome.PROMOTED.name()
                        : s.isEnded() ? s.ended().outcome().name() : null,
                s.isEnded() ? s.ended().reason() : null);
    }

    static LinkedHashMap<String, Object> of(RolloutRecord r) {
        return of(
                r.getId(),
                r.getName(),
                r.getVersion(),
                r.getStatus(),
                r.getPhase(),
                r.getWeight(),
                r.getOutcome(),
                r.getReason());
    }

    private static LinkedHashMap<String, Object> of(
            String id,
            String name,
            String version,
            String status,
            String phase,
            double weight,
            String outcome,
            String reason) {
        LinkedHashMap<String, Object> data = new LinkedHashMap<>();
        data.put("rollout", id);
        data.put("name", name);
        data.put("version", version);
        data.put("status", status);
        data.put("phase", phase);
        data.put("weight", weight);
        data.put("outcome", outcome);
        data.put("reason", reason);
        return data;
    }
}
