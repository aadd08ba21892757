package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.util.List;

/** Drives a weighted proxy in this process, and ends it when closed. */
public final class ProxyRouter implements TrafficRouter {

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
                proxy.url() + (now.draining() == 0 ? "" : ", " + now.draining() + " requests draining"),
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
