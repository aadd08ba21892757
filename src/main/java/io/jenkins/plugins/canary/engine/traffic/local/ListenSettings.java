package io.jenkins.plugins.canary.engine.traffic.local;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.net.InetSocketAddress;
import java.net.URI;

/** A proxy inside this process: it lives as long as the router that {@link #open} returns. */
public record ListenSettings(InetSocketAddress listen, URI canary, URI stable, ProxyLauncher launcher)
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
