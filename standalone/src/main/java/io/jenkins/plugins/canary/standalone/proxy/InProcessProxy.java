package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.local.ProxyLauncher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;

/** Brings the weighted proxy to plans that say {@code local: { listen: ... }}. */
public final class InProcessProxy implements ProxyLauncher {

    @Override
    public TrafficRouter launch(InetSocketAddress listen, URI canary, URI stable) throws RouterException {
        try {
            return new ProxyRouter(new WeightedProxy(listen, null, canary, stable, WeightedProxy.DRAIN).start());
        } catch (IOException taken) {
            throw new RouterException(taken.getMessage(), taken);
        }
    }

    /** Drives a weighted proxy in this process, and ends it when closed. */
    static final class ProxyRouter implements TrafficRouter {

        private final WeightedProxy proxy;

        public ProxyRouter(WeightedProxy proxy) {
            this.proxy = proxy;
        }

        @Override
        public Observation observe() {
            ProxyState now = proxy.state();
            return new Observation(
                    now.weight(),
                    true,
                    now.promoted(),
                    new Observation.Requests(now.canaryRequests(), now.stableRequests()),
                    proxy.url()
                            + (now.draining() == 0 ? "" : ", " + Units.count(now.draining(), "request") + " draining"),
                    List.of());
        }

        @Override
        public void shift(Weight weight) {
            proxy.shift(weight);
        }

        @Override
        public void promote(String version) {
            proxy.promote();
        }

        @Override
        public void close() {
            proxy.close();
        }
    }
}
