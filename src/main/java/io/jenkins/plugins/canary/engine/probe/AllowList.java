package io.jenkins.plugins.canary.engine.probe;

import java.net.URI;
import java.util.List;
import java.util.Locale;

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
