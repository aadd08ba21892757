package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;

/**
 * One thing to read at a tick.
 *
 * @param window how far back the source looks for rates and quantiles
 */
public record MetricQuery(Metric metric, Track track, Duration window) {

    /** Under which the journal keeps the query's text: {@code latency(0.99) canary 1m}. */
    public String key() {
        return metric.key() + " " + track.word() + " " + Units.write(window);
    }
}
