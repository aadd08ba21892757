package io.jenkins.plugins.canary;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.standalone.demo.Behaviour;
import io.jenkins.plugins.canary.standalone.demo.DemoLoad;
import io.jenkins.plugins.canary.standalone.demo.DemoService;
import io.jenkins.plugins.canary.standalone.demo.PlanClock;
import io.jenkins.plugins.canary.standalone.demo.Scenario;
import io.jenkins.plugins.canary.standalone.proxy.WeightedProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a test's rollout moves: the demo's two services, the proxy before them and users, over HTTP on 127.0.0.1. */
public final class CanaryWorld implements AutoCloseable {

    private static final Behaviour GOOD = Behaviour.steady(0, 0.01, 0.25);
    private static final Behaviour BROKEN = Behaviour.steady(0.6, 0.01, 0.25);

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final DemoService stable;
    private final DemoService canary;
    private final WeightedProxy proxy;
    private volatile boolean broken;

    public CanaryWorld() throws IOException {
        this(true);
    }

    private CanaryWorld(boolean users) throws IOException {
        PlanClock clock = PlanClock.startingNow(1);
        stable = service("v1", GOOD, clock);
        canary = service("v2", (m, r) -> (broken ? BROKEN : GOOD).answer(m, r), clock);
        InetSocketAddress free = InetSocketAddress.createUnresolved("127.0.0.1", 0);
        proxy = new WeightedProxy(free, free, canary.url(), stable.url(), WeightedProxy.DRAIN).start();
        parts.add(proxy);
        if (users) {
            parts.add(new DemoLoad(proxy.url(), new DemoLoad.Settings(80, 200, 1, Duration.ofMinutes(5))).start());
        }
    }

    /** Without users: no phase passes and no rule fires. */
    public static CanaryWorld quiet() throws IOException {
        return new CanaryWorld(false);
    }

    private DemoService service(String version, Behaviour behaviour, PlanClock clock) throws IOException {
        DemoService service = new DemoService(version, behaviour, Scenario.HEALTHY, clock, 1, 0).start();
        parts.add(service);
        return service;
    }

    /** From now on more than half of the canary's answers are errors. */
    public void breakCanary() {
        broken = true;
    }

    /** What the proxy gives the canary, as anybody can read it. */
    public Weight weight() throws Exception {
        return Weight.ofPercent(Double.parseDouble(state().replaceAll(".*\"weight\"\\s*:\\s*([0-9.]+).*", "$1")));
    }

    public boolean promoted() throws Exception {
        return state().replaceAll("\\s", "").contains("\"promoted\":true");
    }

    private String state() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(control().resolve("/weight")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    public URI control() {
        return proxy.controlUrl();
    }

    /** Three phases, each a second long, that a healthy canary passes. */
    public String plan(String name) {
        return plan(
                name,
                "[ { name: Initial, weight: 20, hold: 1s }, { name: Half, weight: 50, hold: 1s },"
                        + " { name: Full, weight: 100, hold: 1s } ]",
                "");
    }

    /** A plan whose abort rule fires when the canary is broken. */
    public String plan(String name, String phases, String more) {
        return """
                name: %s
                traffic: { local: { control: "%s" } }
                metrics:
                  scrape: { canary: [ "%s" ], stable: [ "%s" ], interval: 250ms, scrapeInterval: 250ms }
                  window: 2s
                phases: %s
                gate: [ { metric: success-rate, min: 95%% } ]
                abort: [ { metric: error-rate, max: 30%% } ]
                %s
                """.formatted(name, control(), canary.metricsUrl(), stable.metricsUrl(), phases, more);
    }

    @Override
    public void close() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }
}
