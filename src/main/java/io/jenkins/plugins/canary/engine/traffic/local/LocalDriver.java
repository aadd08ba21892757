package io.jenkins.plugins.canary.engine.traffic.local;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code local: { control: URL }}, which drives a weighted proxy in another process, or
 * {@code local: { listen: HOST:PORT, canary: URL, stable: URL }}, which runs one in this process where that can be.
 */
public final class LocalDriver implements RouterDriver {

    static final String NAME = "local";
    private static final Pattern LISTEN = Pattern.compile("(\\[[0-9a-fA-F:]+]|[A-Za-z0-9_.-]+):(\\d{1,5})");

    private final Optional<ProxyLauncher> launcher;

    public LocalDriver() {
        this(ProxyLauncher.available());
    }

    LocalDriver(Optional<ProxyLauncher> launcher) {
        this.launcher = launcher;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        settings.only("control", "listen", "canary", "stable");
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
        InetSocketAddress listen = settings.need("listen", LocalDriver::address, "127.0.0.1:8080");
        URI canary = settings.need("canary", LocalDriver::origin, "http://127.0.0.1:9002");
        URI stable = settings.need("stable", LocalDriver::origin, "http://127.0.0.1:9001");
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
        URI control = settings.need("control", LocalDriver::origin, "http://127.0.0.1:9100");
        return control == null ? null : new ControlSettings(control);
    }

    private static InetSocketAddress address(YamlNode value) {
        String text = value.text();
        Matcher m = LISTEN.matcher(text == null ? "" : text);
        if (m.matches() && Integer.parseInt(m.group(2)) <= 65535) {
            return InetSocketAddress.createUnresolved(
                    m.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(m.group(2)));
        }
        if (text != null) {
            value.error("'" + text + "' is not an address to listen on", "write HOST:PORT, for example 127.0.0.1:8080");
        }
        return null;
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
            return LocalDriver.NAME;
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            return launcher.launch(listen, canary, stable);
        }
    }
}
