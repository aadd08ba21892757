package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code haproxy: { socket: ..., backend: ..., canary: ..., stable: ..., timeout: 5s }}. */
public final class HaproxyDriver implements RouterDriver {

    private static final String NAME = "haproxy";

    /** What HAProxy allows in names (Configuration Manual 2.2); it also keeps a name from being read as a command. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_.:-]+");

    private static final Section KEYS = Section.of(
            NAME,
            "Two servers of one HAProxy backend, weighted through the Runtime API.",
            Map.of(
                    "runtimeApi", KeyType.string("path, or address", "^(/|unix:///|tcp://).+$", HaproxyDriver::address),
                    "name", KeyType.string("name", "^(" + IDENTIFIER + ")$", HaproxyDriver::identifier),
                    "timeout", KeyType.string("duration, at most `1m`", KeyType.DURATION, HaproxyDriver::timeout)),
            """
            socket  | runtimeApi | required, `/run/haproxy/admin.sock` | The Runtime API, at level admin: a path, `unix:///path` or `tcp://host:port`.
            backend | name       | required, `app`    | The backend's name.
            canary  | name       | required, `app-v2` | The canary's server in the backend.
            stable  | name       | required, `app-v1` | The stable version's server.
            timeout | timeout    | `5s`               | For one question and its answer.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        RuntimeAddress socket = settings.get("socket");
        String backend = settings.get("backend");
        String canary = settings.get("canary");
        String stable = settings.get("stable");
        Duration timeout = settings.get("timeout");
        if (canary != null && canary.equals(stable)) {
            settings.value("stable")
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

    /** @param timeout for one question and its answer */
    public record HaproxySettings(RuntimeAddress socket, String backend, String canary, String stable, Duration timeout)
            implements RouterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public Object place(Target target, ClusterAccess clusters) {
            return List.of(socket, backend, canary, stable);
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            HaproxyRouter router = new HaproxyRouter(this, context.addresses());
            router.requireAdmin();
            router.observe();
            return router;
        }

        @Override
        public String refusal(Weight weight) {
            return WeightPair.exists(weight)
                    ? null
                    : "HAProxy's server weights go from 0 to 256, which cannot split " + weight
                            + "; choose 0%, 100%, or " + WeightPair.LEAST_SHARE + " to " + WeightPair.LARGEST_SHARE;
        }
    }
}
