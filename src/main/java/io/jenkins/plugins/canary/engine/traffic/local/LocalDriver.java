package io.jenkins.plugins.canary.engine.traffic.local;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.ListenAddress;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code local: { control: URL }}, which drives a weighted proxy in another process, or
 * {@code local: { listen: HOST:PORT, canary: URL, stable: URL }}, which runs one in this process where that can be.
 */
public final class LocalDriver implements RouterDriver {

    private static final String NAME = "local";

    private static final Section KEYS = Section.of(
                    NAME,
                    "A weighted reverse proxy: one inside the command line's process (`listen`, `canary`, `stable`), or one that"
                            + " runs elsewhere (`control`).",
                    Map.of(
                            "listen",
                            ListenAddress.type("127.0.0.1:8080"),
                            "origin",
                            KeyType.string("address", "^https?://(?!.*\\{\\{)[^\\s@/]+/?$", LocalDriver::origin)),
                    """
                    control | origin | none, such as `http://127.0.0.1:9100` | Scheme, host and port of a running proxy's control API.
                    listen  | listen | none, such as `127.0.0.1:8080` | HOST:PORT to take requests on; command line only.
                    canary  | origin | required beside `listen`, such as `http://127.0.0.1:9002` | Scheme, host and port of the canary.
                    stable  | origin | required beside `listen`, such as `http://127.0.0.1:9001` | Scheme, host and port of the stable version.
                    """)
            .rule(
                    "{'oneOf': [{'required': ['control'], 'maxProperties': 1}, {'required': ['listen', 'canary', 'stable']}]}");

    private final Optional<ProxyLauncher> launcher;

    public LocalDriver() {
        this(ProxyLauncher.available());
    }

    LocalDriver(Optional<ProxyLauncher> launcher) {
        this.launcher = launcher;
    }

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        if (settings.has("control")) {
            return control(settings);
        }
        if (!settings.has("listen")) {
            settings.self()
                    .error(
                            "neither 'control' nor 'listen' is given",
                            "write control: http://127.0.0.1:9100 for a proxy that runs, or listen: 127.0.0.1:8080 with canary and stable");
            return null;
        }
        if (launcher.isEmpty()) {
            settings.key("listen")
                    .error(
                            "a proxy inside the process runs on the command line only, not in Jenkins",
                            "run the proxy elsewhere and write control: http://HOST:PORT");
            return null;
        }
        InetSocketAddress listen = settings.need("listen");
        URI canary = settings.need("canary");
        URI stable = settings.need("stable");
        return listen == null || canary == null || stable == null
                ? null
                : new ListenSettings(listen, canary, stable, launcher.get());
    }

    private static RouterSettings control(YamlObject settings) {
        for (String key : new String[] {"listen", "canary", "stable"}) {
            if (settings.has(key)) {
                settings.key(key)
                        .error(
                                "'" + key + "' has no meaning beside 'control'",
                                "keep control for a proxy that runs elsewhere, or listen, canary and stable for one in this process");
                return null;
            }
        }
        URI control = settings.need("control");
        return control == null ? null : new ControlSettings(control);
    }

    /** A scheme, host and port, and nothing else: requests keep their own path. */
    private static URI origin(YamlNode value) {
        String text = value.url();
        if (text == null) {
            return null;
        }
        if (text.contains("{{")) {
            value.error("an address of a router holds no placeholder", "write the address itself");
            return null;
        }
        URI uri = URI.create(text);
        boolean bare = (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        if (!bare) {
            value.error(
                    "'" + text + "' holds a path",
                    "write scheme, host and port only: " + uri.getScheme() + "://" + uri.getRawAuthority());
            return null;
        }
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
    }

    /** A proxy inside this process: it lives as long as the router that {@link #open} returns. */
    record ListenSettings(InetSocketAddress listen, URI canary, URI stable, ProxyLauncher launcher)
            implements RouterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            return launcher.launch(listen, canary, stable);
        }
    }

    /** A proxy in another process, reached through its control API. */
    public record ControlSettings(URI control) implements RouterSettings {

        private static final Duration TIMEOUT = Duration.ofSeconds(5);

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            LocalControlRouter router = new LocalControlRouter(control, TIMEOUT, context.addresses());
            router.observe();
            return router;
        }
    }
}
