package io.jenkins.plugins.canary.engine.report.monitoring;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.Metric;
import java.time.Duration;
import java.util.List;

/**
 * One thing that a plan's gates and abort rules ask a Prometheus server for.
 *
 * @param canary the very PromQL that the gates use
 * @param stable the same of the stable track; null when it does not tell the tracks apart
 * @param bounds what the plan holds the canary's value against, without repetitions
 */
record Signal(Metric metric, Unit unit, Duration window, String canary, String stable, List<Bound> bounds) {

    /**
     * @param label of the criterion; {@code abort: } before it for an abort rule's
     * @param min null for none; likewise the others
     * @param aboveStable relative: 0.2 lets the canary be 20% above stable
     */
    record Bound(String label, Double min, Double max, Double aboveStable, Double belowStable) {
        boolean any() {
            return min != null || max != null || aboveStable != null || belowStable != null;
        }
    }

    /** The same, complete. */
    Signal fixed() {
        return new Signal(metric, unit, window, canary, stable, List.copyOf(bounds));
    }

    boolean latency() {
        return metric.name().equals("latency");
    }

    /** Whether it counts requests that failed, or those that did not. */
    boolean failures() {
        return List.of("error-rate", "5xx-rate", "success-rate", "errors").contains(metric.name());
    }

    String title() {
        return metric.label() + " over " + Units.write(window);
    }
}
