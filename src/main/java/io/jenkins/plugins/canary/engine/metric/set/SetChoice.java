package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.Track;
import java.util.Map;

/**
 * A set that a plan uses.
 *
 * @param labels label matchers that select each track's series where they are not the plan's own; empty for the plan's
 * @param where label matchers that all series have to meet, such as the instance of a store that there are several of;
 *     null for none
 */
public record SetChoice(Exporter exporter, Map<Track, String> labels, String where) {
    public SetChoice {
        labels = Map.copyOf(labels);
    }
}
