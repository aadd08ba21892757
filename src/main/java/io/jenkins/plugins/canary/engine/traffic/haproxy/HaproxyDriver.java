package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.regex.Pattern;

/** Reads {@code haproxy: { socket: ..., backend: ..., canary: ..., stable: ..., timeout: 5s }}. */
public final class HaproxyDriver implements RouterDriver {

    static final String NAME = "haproxy";

    /** What HAProxy allows in names (Configuration Manual 2.2); it also keeps a name from being read as a command. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_.:-]+");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        settings.only("socket", "backend", "canary", "stable", "timeout");
        RuntimeAddress socket = settings.need("socket", HaproxyDriver::address, "/run/haproxy/admin.sock");
        String backend = settings.need("backend", HaproxyDriver::identifier, "app");
        String canary = settings.need("canary", HaproxyDriver::identifier, "app-v2");
        String stable = settings.need("stable", HaproxyDriver::identifier, "app-v1");
        Duration timeout = settings.get("timeout", HaproxyDriver::timeout, Duration.ofSeconds(5));
        if (canary != null && canary.equals(stable)) {
            settings.get("stable")
                    .orElseThrow()
                    .error("canary and stable are the same server", "name the two servers of the backend");
            return null;
        }
        return socket == null || backend == null || canary == null || stable == null
                ? null
                : new HaproxySettings(socket, backend, canary, stable, timeout);
    }

    private static RuntimeAddress address(YamlNode value) {
        String text = value.text();
        RuntimeAddress address = text == null ? null : RuntimeAddress.parse(text);
        if (text != null && address == null) {
            value.error(
                    "'" + text + "' is not an address of HAProxy's Runtime API",
                    "write /run/haproxy/admin.sock, unix:///run/haproxy/admin.sock or tcp://127.0.0.1:9999");
        }
        return address;
    }

    private static String identifier(YamlNode value) {
        String text = value.text();
        if (text != null && !IDENTIFIER.matcher(text).matches()) {
            value.error("'" + text + "' cannot be a name in HAProxy", "use letters, digits and _ . : - only");
            return null;
        }
        return text;
    }

    private static Duration timeout(YamlNode value) {
        Duration d = value.duration();
        if (d != null && (d.toMillis() < 1 || d.compareTo(Duration.ofMinutes(1)) > 0)) {
            value.error("a timeout is between 1ms and 1m", "write for example 5s");
            return null;
        }
        return d;
    }
}
