package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A plan's {@code probes} section.
 *
 * @param entries where each track is reached; a track that nothing is sent to has none
 * @param run the probes by name, in the order of the plan
 */
public record ProbeSettings(
        AllowList allow, Map<Track, Entry> entries, Auth auth, ProbeLimits limits, Map<String, Probe> run) {

    /**
     * @param url scheme, host, port and perhaps a path; may hold placeholders
     * @param headers sent along with every request, such as the one by which a router knows the canary's
     */
    public record Entry(String url, Map<String, String> headers) {
        public Entry {
            headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

    public ProbeSettings {
        entries = Map.copyOf(entries);
        run = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(run));
    }
}
