package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.util.Random;

/** A service's metrics as they would be read: calm with a little noise, and bad in the canary when a test says so. */
final class FakeService {

    private final Random noise = new Random(7);
    private volatile Condition canary = Condition.HEALTHY;

    enum Condition {
        HEALTHY,
        SLOW,
        ERRORS,
        SILENT,
        DOWN,
        /** Its error messages try to be markup. */
        HOSTILE
    }

    void becomes(Condition condition) {
        canary = condition;
    }

    Reading read(MetricQuery query) {
        Condition now = query.track() == Track.CANARY ? canary : Condition.HEALTHY;
        if (canary == Condition.DOWN) {
            return Reading.unavailable("http://metrics.example:9090 did not answer within 5s");
        }
        if (canary == Condition.HOSTILE) {
            return Reading.unavailable("<img src=x onerror=\"window.hit=3\">");
        }
        if (now == Condition.SILENT) {
            return Reading.noData("");
        }
        if (query.metric().probe() != null) {
            boolean failing = query.metric().probe().equals("origins");
            return Reading.of(failing ? 2 : 0).withDetail(failing ? "2 were not met" : "all met");
        }
        double wobble = noise.nextDouble();
        return Reading.of(
                switch (query.metric().key()) {
                    case "success-rate" -> now == Condition.ERRORS ? 0.914 : 0.9985 + 0.0012 * wobble;
                    case "error-rate" -> now == Condition.ERRORS ? 0.086 : 0.0003 + 0.0012 * wobble;
                    case "5xx-rate" -> now == Condition.ERRORS ? 0.081 : 0.0004 * wobble;
                    case "latency(0.5)" -> now == Condition.SLOW ? 0.088 : 0.042 + 0.006 * wobble;
                    case "latency(0.99)" -> now == Condition.SLOW ? 0.812 + 0.05 * wobble : 0.262 + 0.04 * wobble;
                    case "latency(0.95)" -> now == Condition.SLOW ? 0.31 : 0.168 + 0.02 * wobble;
                    default -> 1 + wobble;
                });
    }
}
