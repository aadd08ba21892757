package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Track;
import java.time.Duration;

/**
 * One thing to read at a tick.
 *
 * @param window how far back the source looks for rates and quantiles
 */
public record MetricQuery(Metric metric, Track track, Duration window) {}
