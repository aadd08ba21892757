package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.CheckedAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where HAProxy's Runtime API listens: a Unix domain socket or a TCP port, as {@code stats socket} sets it up. */
public sealed interface RuntimeAddress {

    Pattern TCP = Pattern.compile("tcp://(\\[[0-9a-fA-F:.]+]|[^:/\\s\\[\\]]+):(\\d{1,5})");

    /** @param path absolute */
    record Unix(Path path) implements RuntimeAddress {
        @Override
        public SocketAddress resolve(AddressPolicy addresses) {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public ProtocolFamily family() {
            return StandardProtocolFamily.UNIX;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** @param host a name or an address, without brackets */
    record Tcp(String host, int port) implements RuntimeAddress {
        @Override
        public SocketAddress resolve(AddressPolicy addresses) throws IOException {
            return new InetSocketAddress(
                    CheckedAddresses.of(host, port, addresses).get(0), port);
        }

        @Override
        public ProtocolFamily family() {
            return null;
        }

        @Override
        public String toString() {
            return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Looks a name up anew each time, so that a moved HAProxy is found again.
     *
     * @throws IOException when the name is not known, or an address of it must not be connected to
     */
    SocketAddress resolve(AddressPolicy addresses) throws IOException;

    /** Null for whatever family the looked up address has. */
    ProtocolFamily family();

    /** Parses {@code /path}, {@code unix:///path} and {@code tcp://host:port}; null when it is none of them. */
    static RuntimeAddress parse(String text) {
        Matcher tcp = TCP.matcher(text);
        if (tcp.matches()) {
            int port = Integer.parseInt(tcp.group(2));
            String host = tcp.group(1).startsWith("[")
                    ? tcp.group(1).substring(1, tcp.group(1).length() - 1)
                    : tcp.group(1);
            return port >= 1 && port <= 65535 ? new Tcp(host, port) : null;
        }
        String path = text.startsWith("unix://") ? text.substring("unix://".length()) : text;
        try {
            return path.startsWith("/") ? new Unix(Path.of(path)) : null;
        } catch (InvalidPathException unusable) {
            return null;
        }
    }
}
