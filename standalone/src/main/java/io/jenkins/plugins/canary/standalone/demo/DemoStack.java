package io.jenkins.plugins.canary.standalone.demo;

import io.jenkins.plugins.canary.standalone.proxy.WeightedProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Everything that a demo rollout needs, on free ports of 127.0.0.1: a stable and a canary version of a service, the
 * weighted proxy before them, and the load.
 */
public final class DemoStack implements AutoCloseable {

    public static final String CANARY_VERSION = "v2";
    public static final String STABLE_VERSION = "v1";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final DemoService stable;
    private final DemoService canary;
    private final WeightedProxy proxy;
    private final DemoLoad load;

    /**
     * @param timeScale how many seconds of the plan pass in one real second
     * @param load ignored when the scenario has no traffic
     * @throws IOException when no port can be had
     */
    public DemoStack(Scenario scenario, double timeScale, DemoLoad.Settings load) throws IOException {
        this(scenario.stable(), scenario.canary(), scenario, timeScale, load);
    }

    /**
     * As above with two behaviours of one's own.
     *
     * @param good of stable
     * @param next of the canary
     * @param scenario says whether there is traffic, and when /metrics does not answer
     */
    public DemoStack(Behaviour good, Behaviour next, Scenario scenario, double timeScale, DemoLoad.Settings load)
            throws IOException {
        try {
            PlanClock clock = PlanClock.startingNow(timeScale);
            stable = start(new DemoService(STABLE_VERSION, good, scenario, clock, load.seed(), 0));
            canary = start(new DemoService(CANARY_VERSION, next, scenario, clock, load.seed() + 1, 0));
            InetSocketAddress free = InetSocketAddress.createUnresolved("127.0.0.1", 0);
            proxy = new WeightedProxy(free, free, canary.url(), stable.url(), WeightedProxy.DRAIN).start();
            parts.push(proxy);
            this.load = scenario.hasTraffic() ? new DemoLoad(proxy.url(), load).start() : null;
            if (this.load != null) {
                parts.push(this.load);
            }
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private DemoService start(DemoService service) throws IOException {
        service.start();
        parts.push(service);
        return service;
    }

    public DemoService stable() {
        return stable;
    }

    public DemoService canary() {
        return canary;
    }

    public WeightedProxy proxy() {
        return proxy;
    }

    /** For {@code traffic: { local: { control: ... } }} of a plan. */
    public URI controlUrl() {
        return proxy.controlUrl();
    }

    /** All zero when the scenario has no traffic. */
    public DemoLoad.Counts load() {
        return load == null ? new DemoLoad.Counts(0, 0, 0, 0, 0) : load.counts();
    }

    /** Stops the load first and the services last. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception failed) {
                failure = new IllegalStateException("the demo did not stop cleanly: " + failed.getMessage(), failed);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
