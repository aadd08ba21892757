package io.jenkins.plugins.canary.standalone.demo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.standalone.proxy.WeightedProxy;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Services to release from elsewhere, such as a Jenkins: each a stable and a canary version, a proxy and users. Prints
 * where they are, one {@code NAME.control=URL}, {@code NAME.canary=URL}, {@code NAME.stable=URL} a line, then
 * {@code ready}; stops when its input ends.
 */
public final class DemoServices {

    private static final Behaviour GOOD = Behaviour.steady(0, 0.03, 0.25);
    /** Every eighth answer an error, and three times as slow. */
    private static final Behaviour BAD = Behaviour.steady(0.125, 0.09, 0.25);
    /** From this weight on the overloaded release shows what it is. */
    private static final Weight TOO_MUCH = Weight.ofPercent(20);

    private static final DemoLoad.Settings USERS = new DemoLoad.Settings(60, 200, 1, Duration.ofDays(7));

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final PrintStream out;

    private DemoServices(PrintStream out) {
        this.out = out;
    }

    /** @param args names of services; one that begins with {@code bad} breaks down at a fifth of the requests */
    public static void main(String[] args) throws Exception {
        DemoServices services = new DemoServices(System.out);
        try {
            for (String name : args) {
                services.add(name);
            }
            services.out.println("ready");
            while (System.in.read() >= 0) {
                // Whoever started this holds the other end, however it ends.
            }
        } finally {
            services.close();
        }
    }

    private void add(String name) throws IOException {
        PlanClock clock = PlanClock.startingNow(1);
        WeightedProxy[] before = new WeightedProxy[1];
        Behaviour canary = name.startsWith("bad")
                ? (minutes, random) -> (overloaded(before[0]) ? BAD : GOOD).answer(minutes, random)
                : GOOD;
        DemoService stable = start(new DemoService(DemoStack.STABLE_VERSION, GOOD, Scenario.HEALTHY, clock, 1, 0));
        DemoService next = start(new DemoService(DemoStack.CANARY_VERSION, canary, Scenario.HEALTHY, clock, 2, 0));
        InetSocketAddress free = InetSocketAddress.createUnresolved("127.0.0.1", 0);
        WeightedProxy proxy = new WeightedProxy(free, free, next.url(), stable.url(), WeightedProxy.DRAIN).start();
        before[0] = proxy;
        parts.add(proxy);
        parts.add(new DemoLoad(proxy.url(), USERS).start());
        out.println(name + ".control=" + proxy.controlUrl());
        out.println(name + ".canary=" + next.metricsUrl());
        out.println(name + ".stable=" + stable.metricsUrl());
    }

    private static boolean overloaded(WeightedProxy proxy) {
        return proxy != null && proxy.state().weight().compareTo(TOO_MUCH) >= 0;
    }

    private DemoService start(DemoService service) throws IOException {
        service.start();
        parts.add(service);
        return service;
    }

    private void close() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }
}
