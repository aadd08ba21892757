package io.jenkins.plugins.canary.engine.traffic.local;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Starts a weighted proxy inside this process. The engine has none: who brings the server library (the command line
 * does) registers a service. So there is one driver {@code local} and one way to read its settings everywhere.
 */
public interface ProxyLauncher {

    /**
     * Starts a proxy that gives all requests to the stable version, until the router is closed.
     *
     * @param listen host and port, not resolved; port 0 takes a free one
     * @param canary scheme, host and port of the canary
     * @param stable scheme, host and port of the stable version
     * @throws RouterException when the port is taken or the host is not this machine's
     */
    TrafficRouter launch(InetSocketAddress listen, URI canary, URI stable) throws RouterException;

    static Optional<ProxyLauncher> available() {
        return ServiceLoader.load(ProxyLauncher.class, ProxyLauncher.class.getClassLoader())
                .findFirst();
    }
}
