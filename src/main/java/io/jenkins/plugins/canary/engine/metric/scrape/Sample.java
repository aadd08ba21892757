package io.jenkins.plugins.canary.engine.metric.scrape;

import java.util.Map;

/**
 * One line of a /metrics page.
 *
 * @param millis the time the page gives, since the epoch; null for the time of the scrape
 */
public record Sample(String name, Map<String, String> labels, double value, Long millis) {

    public Sample {
        labels = Map.copyOf(labels);
    }
}
