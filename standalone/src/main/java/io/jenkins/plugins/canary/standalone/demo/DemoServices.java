package io.jenkins.plugins.canary.standalone.demo;

import io.jenkins.plugins.canary.engine.Weight;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;

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

    private DemoServices() {}

    /** @param args names of services; one that begins with {@code bad} breaks down at a fifth of the requests */
    public static void main(String[] args) throws Exception {
        Deque<DemoStack> services = new ArrayDeque<>();
        try {
            for (String name : args) {
                services.push(start(name));
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Whoever started this holds the other end, however it ends.
            }
        } finally {
            services.forEach(DemoStack::close);
        }
    }

    private static DemoStack start(String name) throws IOException {
        AtomicReference<DemoStack> started = new AtomicReference<>();
        Behaviour canary = name.startsWith("bad")
                ? (minutes, random) -> (overloaded(started.get()) ? BAD : GOOD).answer(minutes, random)
                : GOOD;
        DemoStack service = new DemoStack(GOOD, canary, Scenario.HEALTHY, 1, USERS);
        started.set(service);
        System.out.println(name + ".control=" + service.controlUrl());
        System.out.println(name + ".canary=" + service.canary().metricsUrl());
        System.out.println(name + ".stable=" + service.stable().metricsUrl());
        return service;
    }

    private static boolean overloaded(DemoStack service) {
        return service != null && service.proxy().state().weight().compareTo(TOO_MUCH) >= 0;
    }
}
