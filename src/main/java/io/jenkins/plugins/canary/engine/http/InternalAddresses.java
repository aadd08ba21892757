package io.jenkins.plugins.canary.engine.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Addresses that mean something else to every machine, and give who may choose them the rights of the machine itself: its
 * own services, its link, and where clouds tell it its credentials. Also when they are wrapped into an IPv6 address.
 */
public final class InternalAddresses {

    private static final List<String> METADATA_NAMES = List.of(
            "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal");
    private static final String METADATA = "a cloud's metadata service";

    /** Azure, Alibaba Cloud, Oracle Cloud, which are outside of the link-local range. */
    private static final List<String> METADATA_V4 = List.of("168.63.129.16", "100.100.100.200", "192.0.0.192");
    /** AWS' and Google's unique local prefixes. */
    private static final List<byte[]> METADATA_V6 =
            List.of(bytes(0xfd, 0x00, 0x0e, 0xc2), bytes(0xfd, 0x20, 0x00, 0xce));

    private static final byte[] NAT64 = bytes(0x00, 0x64, 0xff, 0x9b);

    private InternalAddresses() {}

    /** What a name, or an address as text, stands for without being looked up; empty for everything else. */
    public static Optional<String> kind(String host) {
        String name = bare(host);
        if (name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("localhost.localdomain")
                || name.equals("ip6-localhost")
                || name.equals("ip6-loopback")) {
            return Optional.of("this machine itself");
        }
        if (METADATA_NAMES.contains(name)) {
            return Optional.of(METADATA);
        }
        if (name.contains(":")) {
            // A zone names an interface of this machine.
            int zone = name.indexOf('%');
            return zone >= 0 ? Optional.of("an address of this machine's own link") : literal(name);
        }
        byte[] v4 = looseV4(name);
        return v4 == null ? Optional.empty() : kind(v4);
    }

    /** What an address stands for; empty for those that mean the same everywhere. */
    public static Optional<String> kind(InetAddress address) {
        return kind(address.getAddress());
    }

    private static Optional<String> kind(byte[] raw) {
        InetAddress address;
        try {
            address = InetAddress.getByAddress(raw);
        } catch (UnknownHostException length) {
            throw new IllegalArgumentException(length);
        }
        byte[] bytes = address.getAddress();
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return Optional.of("this machine itself");
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of("an address of this machine's own link, where clouds have their metadata service");
        }
        if (address.isMulticastAddress()) {
            return Optional.of("an address of many machines");
        }
        if (address instanceof Inet4Address) {
            if (METADATA_V4.contains(address.getHostAddress())) {
                return Optional.of(METADATA);
            }
            return bytes[0] == 0
                    ? Optional.of("this machine itself")
                    : bytes[0] == -1 && bytes[1] == -1 ? Optional.of("an address of many machines") : Optional.empty();
        }
        if (METADATA_V6.stream().anyMatch(prefix -> startsWith(bytes, prefix))) {
            return Optional.of(METADATA);
        }
        return wrapped((Inet6Address) address).flatMap(InternalAddresses::kind);
    }

    /** The IPv4 address that an IPv6 address leads to: IPv4-compatible, NAT64, 6to4, Teredo. */
    private static Optional<byte[]> wrapped(Inet6Address address) {
        byte[] b = address.getAddress();
        if (address.isIPv4CompatibleAddress() || startsWith(b, NAT64)) {
            return Optional.of(Arrays.copyOfRange(b, 12, 16));
        }
        if (startsWith(b, bytes(0x20, 0x02))) {
            return Optional.of(Arrays.copyOfRange(b, 2, 6));
        }
        if (startsWith(b, bytes(0x20, 0x01, 0x00, 0x00))) {
            byte[] client = Arrays.copyOfRange(b, 12, 16);
            for (int i = 0; i < client.length; i++) {
                client[i] = (byte) ~client[i];
            }
            return Optional.of(client);
        }
        return Optional.empty();
    }

    private static Optional<String> literal(String v6) {
        try {
            return kind(InetAddress.getByName(v6));
        } catch (UnknownHostException notAnAddress) {
            return Optional.of("no address");
        }
    }

    /** What {@code inet_aton} makes of a text: one to four parts, decimal, octal or hexadecimal; null for a name. */
    private static byte[] looseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4) {
            return null;
        }
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            long part = number(parts[i]);
            boolean last = i == parts.length - 1;
            int bits = last ? 8 * (5 - parts.length) : 8;
            if (part < 0 || part >= 1L << bits) {
                return null;
            }
            value = value << bits | part;
        }
        return bytes((int) (value >> 24), (int) (value >> 16), (int) (value >> 8), (int) value);
    }

    private static long number(String part) {
        boolean hex = part.startsWith("0x");
        boolean octal = !hex && part.length() > 1 && part.startsWith("0");
        String digits = hex ? part.substring(2) : part;
        if (digits.isEmpty()
                || digits.length() > 12
                || !digits.chars().allMatch(c -> Character.digit(c, hex ? 16 : octal ? 8 : 10) >= 0 && c < 128)) {
            return -1;
        }
        return Long.parseLong(digits, hex ? 16 : octal ? 8 : 10);
    }

    private static String bare(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        name = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
