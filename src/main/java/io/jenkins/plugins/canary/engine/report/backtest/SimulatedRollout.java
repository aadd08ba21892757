package io.jenkins.plugins.canary.engine.report.backtest;

import java.util.List;

/**
 * A rollout that a backtest began and ended. Times are milliseconds since the epoch.
 *
 * @param phase the phase that it got to
 * @param stop null when it was promoted
 */
public record SimulatedRollout(long began, long ended, String phase, Stop stop) {

    /**
     * Why it was stopped.
     *
     * @param failingSince since when the criterion to blame had failed without a pass
     * @param cause the abort rule or the criterion to blame, with {@code abort: } or {@code gate: } before it
     * @param criterion the label of the criterion to blame; null when there is none
     */
    public record Stop(long failingSince, String cause, String criterion, String reason) {}

    public boolean stopped() {
        return stop != null;
    }

    static List<SimulatedRollout> stopped(List<SimulatedRollout> rollouts) {
        return rollouts.stream().filter(SimulatedRollout::stopped).toList();
    }
}
