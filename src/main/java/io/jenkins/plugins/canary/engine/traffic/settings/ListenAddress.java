package io.jenkins.plugins.canary.engine.traffic.settings;

import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads HOST:PORT, where a driver listens. Nothing is resolved. */
public final class ListenAddress {

    private static final Pattern LISTEN = Pattern.compile("([A-Za-z0-9_.-]+|\\[[0-9a-fA-F:]+\\]):(\\d{1,5})");

    private ListenAddress() {}

    /** @param example for who wrote something else */
    public static KeyType type(String example) {
        return KeyType.string("HOST:PORT", "^(" + LISTEN + ")$", value -> read(value, example));
    }

    private static InetSocketAddress read(YamlNode value, String example) {
        String text = value.text();
        Matcher m = LISTEN.matcher(text == null ? "" : text);
        if (m.matches() && Integer.parseInt(m.group(2)) <= 65535) {
            return InetSocketAddress.createUnresolved(
                    m.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(m.group(2)));
        }
        if (text != null) {
            value.error("'" + text + "' is not an address to listen on", "write HOST:PORT, for example " + example);
        }
        return null;
    }
}
