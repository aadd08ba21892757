package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.local.ProxyLauncher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;

/** Brings the weighted proxy to plans that say {@code local: { listen: ... }}. */
public final class InProcessProxy implements ProxyLauncher {

    @Override
    public TrafficRouter launch(InetSocketAddress listen, URI canary, URI stable) throws RouterException {
        try {
            return new WeightedProxy(listen, null, canary, stable, WeightedProxy.DRAIN).start();
        } catch (IOException taken) {
            throw new RouterException(taken.getMessage(), taken);
        }
    }
}
