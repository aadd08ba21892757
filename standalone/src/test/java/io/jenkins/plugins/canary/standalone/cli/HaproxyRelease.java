package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyProcess;
import io.jenkins.plugins.canary.standalone.demo.Behaviour;
import io.jenkins.plugins.canary.standalone.demo.DemoLoad;
import io.jenkins.plugins.canary.standalone.demo.DemoService;
import io.jenkins.plugins.canary.standalone.demo.PlanClock;
import io.jenkins.plugins.canary.standalone.demo.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A release as it is in the field: two running versions of a service, users, a real HAProxy between them, and a real
 * Prometheus that scrapes both every second.
 */
final class HaproxyRelease implements AutoCloseable {

    private static final Behaviour GOOD = Behaviour.steady(0, 0.01, 0.25);
    private static final Behaviour BROKEN = Behaviour.steady(0.5, 0.01, 0.25);

    private final Path dir;
    private final DemoService stable;
    private final DemoService canary;
    private final HaproxyProcess haproxy;
    private final DemoLoad load;
    private final String configuration;
    private ServerProcess prometheus;
    private volatile Behaviour behaviour = GOOD;

    HaproxyRelease(Path dir) throws Exception {
        this.dir = dir;
        PlanClock clock = PlanClock.startingNow(1);
        PrometheusProcess.program("prometheus");
        stable = new DemoService("v1", GOOD, Scenario.HEALTHY, clock, 1, 0).start();
        canary = new DemoService(
                        "v2", (minutes, random) -> behaviour.answer(minutes, random), Scenario.HEALTHY, clock, 2, 0)
                .start();
        haproxy = HaproxyProcess.inFrontOf(canary.url().getPort(), stable.url().getPort());
        load = new DemoLoad(haproxy.url(), new DemoLoad.Settings(100, 200, 3, Duration.ofMinutes(5))).start();
        configuration = """
                global: { scrape_interval: 1s, scrape_timeout: 1s }
                scrape_configs:
                  - job_name: shop
                    static_configs: [ { targets: [ "127.0.0.1:%d", "127.0.0.1:%d" ] } ]
                """.formatted(canary.url().getPort(), stable.url().getPort());
        prometheus = PrometheusProcess.start(configuration, dir);
    }

    /** From now on every second request to the new version fails. */
    void breaks() {
        behaviour = BROKEN;
    }

    Path plan() throws IOException {
        return plan(haproxy.adminSocket(), "3s");
    }

    /**
     * @param socket where the plan finds HAProxy's Runtime API
     * @param hold of the phases before the last
     */
    Path plan(String socket, String hold) throws IOException {
        return Files.writeString(dir.resolve("plan.yaml"), """
                name: shop
                traffic: { haproxy: { socket: "%s", backend: app, canary: canary, stable: stable, timeout: 20s } }
                metrics:
                  prometheus: { url: "%s", interval: 1s, timeout: 3s }
                  window: 5s
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: First, weight: 20, hold: %s }
                  - { name: Half, weight: 50, hold: %s }
                  - { name: Full, weight: 100, hold: 2s }
                gate:
                  - { metric: error-rate, max: 2%% }
                  - { metric: latency, quantile: 0.5, max: 2s }
                abort:
                  - { metric: error-rate, max: 10%% }
                """.formatted(socket, prometheus.uri(), hold, hold));
    }

    HaproxyProcess haproxy() {
        return haproxy;
    }

    void killPrometheus() throws InterruptedException {
        prometheus.kill();
    }

    void restartPrometheus() throws Exception {
        prometheus =
                PrometheusProcess.start(configuration, dir, prometheus.uri().getPort());
    }

    /** The canary's weight and its share of the two weights, as an operator reads them from HAProxy. */
    int haproxyWeight(String server) throws Exception {
        String says = haproxy.ask("get weight app/" + server).strip();
        return Integer.parseInt(says.substring(0, says.indexOf(' ')));
    }

    /** The journal's events; fails when its chain of hashes is broken. */
    List<RolloutEvent> journal() throws IOException {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(dir.resolve(".canary/shop.jsonl"), events::add);
        return events;
    }

    long counted(Class<? extends RolloutEvent> type) throws IOException {
        return journal().stream().filter(type::isInstance).count();
    }

    @Override
    public void close() throws Exception {
        load.close();
        prometheus.close();
        haproxy.close();
        canary.close();
        stable.close();
    }
}
