package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.util.List;

/**
 * What {@code --json} prints as the last line.
 *
 * @param reactionMillis from a breach being visible to the source to weight 0 read back; null when no abort rule fired
 * @param requests by track since the rollout began; null when the router does not count
 */
record Result(
        Outcome outcome,
        String reason,
        String rollout,
        String version,
        Weight weight,
        List<PhaseResult> phases,
        @JsonInclude(JsonInclude.Include.ALWAYS) Long reactionMillis,
        Requests requests) {

    record PhaseResult(
            String name,
            Weight weight,
            RolloutStatusResponse.PhaseState state,
            @JsonInclude(JsonInclude.Include.NON_NULL) Long enteredAt,
            @JsonInclude(JsonInclude.Include.NON_NULL) Long passedAt) {}

    record Requests(Long canary, Long stable) {}

    /** Of a rollout that has ended. */
    static Result of(RolloutView end, Long reactionMillis) {
        RolloutState s = end.state();
        RolloutStatusResponse.TrafficRow traffic = end.traffic();
        return new Result(
                s.ended().outcome(),
                end.headline().reason(),
                s.started().rollout(),
                s.started().version(),
                s.weight(),
                end.phases().stream()
                        .map(p -> new PhaseResult(p.name(), p.weight(), p.state(), p.enteredAt(), p.passedAt()))
                        .toList(),
                reactionMillis,
                traffic.canary() == null ? null : new Requests(traffic.canary(), traffic.stable()));
    }

    /** Of a rollout that was not started or gone on with. */
    static Result failed(String reason) {
        return new Result(Outcome.FAILED, reason, null, null, null, List.of(), null, null);
    }
}
