package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.Weight;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What a plan asks of the cluster, and for how long.
 *
 * @param longest how long the rollout may take
 */
public record RolloutSchedule(Duration longest, List<Stage> stages) {

    /**
     * One phase.
     *
     * @param mirror the share of requests that is copied to the canary
     * @param hold how long its gate must stay green
     */
    public record Stage(String phase, Weight weight, Weight mirror, Duration hold) {}

    public RolloutSchedule {
        stages = List.copyOf(stages);
    }

    /** How long all phases together judge the version, at least. */
    Duration hold() {
        return stages.stream().map(Stage::hold).reduce(Duration.ZERO, Duration::plus);
    }

    /** The most that the canary gets before the promotion. */
    Weight largest() {
        return stages.stream().map(Stage::weight).max(Comparator.naturalOrder()).orElse(Weight.ZERO);
    }

    boolean mirrors() {
        return stages.stream().anyMatch(stage -> !stage.mirror().isZero());
    }
}
