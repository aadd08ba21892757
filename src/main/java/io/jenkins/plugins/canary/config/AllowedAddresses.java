package io.jenkins.plugins.canary.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The addresses that an administrator allows plans to name.
 *
 * @param entries {@code host}, {@code host:port}, {@code *.domain}, or the path of a socket
 */
public record AllowedAddresses(List<String> entries) {

    private static final Pattern NUMERIC = Pattern.compile("[0-9a-fA-Fx.]*\\.?[0-9]+|\\[[0-9a-fA-F:.%]+]|[0-9a-fA-F]*:[0-9a-fA-F:.]+");

    public AllowedAddresses {
        entries = List.copyOf(entries);
    }

    /** Whether the list names a host, or the host at this port. */
    boolean hasHost(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        return entries.stream().map(e -> e.toLowerCase(Locale.ROOT)).anyMatch(e -> e.equals(name)
                || e.equals(name + ":" + port)
                || e.startsWith("*.") && name.endsWith(e.substring(1)));
    }

    /** Whether the list names this very host: what a wildcard covers may be somebody else's to choose. */
    boolean names(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT);
        return entries.stream().map(e -> e.toLowerCase(Locale.ROOT)).anyMatch(e -> e.equals(name) || e.equals(name + ":" + port));
    }

    boolean hasSocket(String path) {
        return entries.contains(path);
    }

    /**
     * Whether a host is an address of the link itself, of every interface, or of many machines. Names are not looked up:
     * they may mean something else by the time of the request.
     */
    static boolean isLinkLocal(String host) {
        if (!NUMERIC.matcher(host).matches()) {
            return false;
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
