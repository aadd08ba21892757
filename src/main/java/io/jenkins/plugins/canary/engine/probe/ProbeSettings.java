package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

    /**
     * What probes may cost at most. A plan can lower and, within {@link #MOST_REQUESTS}, {@link #MOST_RPS} and
     * {@link #LONGEST}, raise it.
     *
     * @param requests of one probe
     * @param rps begun a second, by one probe or by a load
     * @param time of one probe, all its batches together
     */
    public record ProbeLimits(int requests, double rps, Duration time) {

        public static final int MOST_REQUESTS = 10_000;
        public static final double MOST_RPS = 500;
        public static final Duration LONGEST = Duration.ofMinutes(15);
        public static final int MOST_AT_ONCE = 100;

        public static final ProbeLimits DEFAULT = new ProbeLimits(1_000, 100, Duration.ofMinutes(2));
    }

    /**
     * The hosts that a plan's probes may send requests to.
     *
     * @param entries {@code host} for its usual ports, {@code host:port}, or {@code *.domain} with or without a port
     */
    public record AllowList(List<String> entries) {

        private static final int HTTP = 80;
        private static final int HTTPS = 443;

        public AllowList {
            entries = entries.stream().map(e -> e.toLowerCase(Locale.ROOT)).toList();
        }

        /** Whether requests may go to this address. */
        public boolean allows(URI address) {
            String host = address.getHost().toLowerCase(Locale.ROOT);
            boolean tls = "https".equalsIgnoreCase(address.getScheme());
            int port = address.getPort() < 0 ? (tls ? HTTPS : HTTP) : address.getPort();
            boolean usual = port == (tls ? HTTPS : HTTP);
            return entries.stream().anyMatch(e -> names(e, host + ":" + port) || usual && names(e, host));
        }

        private static boolean names(String entry, String place) {
            return entry.startsWith("*.") ? place.endsWith(entry.substring(1)) : entry.equals(place);
        }
    }
}
