package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where log lines are read, and which. Texts may hold placeholders.
 *
 * @param lines selects each track's lines, in the server's language
 * @param errors selects the errors among them
 * @param delay how far before now the read time ends: what lines need until they can be found
 * @param lookback how far back stable's errors are read when the rollout begins, to know what is not new
 * @param most error lines of a track at a tick; of more only the newest are read
 */
public record LogSettings(
        Server server,
        Map<Track, String> lines,
        String errors,
        Duration delay,
        Duration lookback,
        int most,
        Map<String, JsonQuery.Header> headers,
        Auth auth) {

    public LogSettings {
        lines = Map.copyOf(lines);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** What kind of server it is. */
    public sealed interface Server {

        /** The base address. */
        String url();
    }

    /** @param tenant whose lines, in a server that keeps those of several; null for no tenant */
    public record Loki(String url, String tenant) implements Server {}

    /**
     * Elasticsearch or OpenSearch.
     *
     * @param index an index, data stream or pattern
     * @param message the field with the text of a line, such as {@code error.message}
     */
    public record Elasticsearch(String url, String index, String message) implements Server {}
}
