package io.jenkins.plugins.canary.config;

import java.util.List;
import java.util.Locale;

/**
 * The addresses that an administrator allows plans to name.
 *
 * @param entries {@code host}, {@code host:port}, {@code *.domain}, or the path of a socket
 */
public record AllowedAddresses(List<String> entries) {

    public AllowedAddresses {
        // An address is the same with and without the brackets that it has in a URL.
        entries = entries.stream().map(AllowedAddresses::bare).toList();
    }

    /** Whether the list names a host, or the host at this port. */
    boolean hasHost(String host, int port) {
        String name = bare(host).toLowerCase(Locale.ROOT);
        return names(host, port)
                || entries.stream()
                        .map(e -> e.toLowerCase(Locale.ROOT))
                        .anyMatch(e -> e.startsWith("*.") && name.endsWith(e.substring(1)));
    }

    /** Whether the list names this very host: what a wildcard covers may be somebody else's to choose. */
    boolean names(String host, int port) {
        String name = bare(host).toLowerCase(Locale.ROOT);
        return entries.stream()
                .map(e -> e.toLowerCase(Locale.ROOT))
                .anyMatch(e -> e.equals(name) || e.equals(name + ":" + port));
    }

    boolean hasSocket(String path) {
        return entries.contains(path);
    }

    private static String bare(String entry) {
        return entry.startsWith("[") ? entry.substring(1).replaceFirst("]", "") : entry;
    }
}
