package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where HAProxy's Runtime API listens: a Unix domain socket or a TCP port, as {@code stats socket} sets it up.
 *
 * @param socket absolute path of the Unix domain socket; null for TCP
 * @param host a name or an address, without brackets; null for a Unix domain socket
 */
public record RuntimeAddress(Path socket, String host, int port) {

    private static final Pattern TCP = Pattern.compile("tcp://(\\[[0-9a-fA-F:.]+]|[^:/\\s\\[\\]]+):(\\d{1,5})");

    /** Parses {@code /path}, {@code unix:///path} and {@code tcp://host:port}; null when it is none of them. */
    static RuntimeAddress parse(String text) {
        Matcher tcp = TCP.matcher(text);
        if (tcp.matches()) {
            int port = Integer.parseInt(tcp.group(2));
            String host = tcp.group(1).replaceAll("[\\[\\]]", "");
            return port >= 1 && port <= 65535 ? new RuntimeAddress(null, host, port) : null;
        }
        String path = text.startsWith("unix://") ? text.substring("unix://".length()) : text;
        try {
            return path.startsWith("/") ? new RuntimeAddress(Path.of(path), null, 0) : null;
        } catch (InvalidPathException unusable) {
            return null;
        }
    }

    SocketChannel open() throws IOException {
        return socket == null ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /**
     * Looks a name up anew each time, so that a moved HAProxy is found again.
     *
     * @throws IOException when the name is not known, or an address of it must not be connected to
     */
    SocketAddress resolve(AddressPolicy addresses) throws IOException {
        return socket == null
                ? new InetSocketAddress(addresses.lookUp(host, port).get(0), port)
                : UnixDomainSocketAddress.of(socket);
    }

    @Override
    public String toString() {
        return socket == null
                ? "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                : socket.toString();
    }
}
