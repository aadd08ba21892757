package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.standalone.demo.DemoLoad;
import io.jenkins.plugins.canary.standalone.demo.DemoStack;
import io.jenkins.plugins.canary.standalone.demo.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A release through the weighted proxy, with services that tell of themselves: what needs neither HAProxy nor Prometheus. */
final class LocalRelease implements AutoCloseable {

    static final String VERSION = "v2";

    private final DemoStack stack;
    private final Path dir;

    LocalRelease(Path dir) throws IOException {
        this.dir = dir;
        stack = new DemoStack(Scenario.HEALTHY, 1, new DemoLoad.Settings(100, 200, 1, Duration.ofMinutes(5)));
    }

    /** A plan whose metrics come from the services themselves. */
    Path plan() throws IOException {
        return plan("scrape: { canary: [\"%s\"], stable: [\"%s\"], interval: 200ms }"
                .formatted(stack.canary().metricsUrl(), stack.stable().metricsUrl()));
    }

    /** @param source a line of the plan's metrics section */
    Path plan(String source) throws IOException {
        return Files.writeString(dir.resolve("plan.yaml"), """
                name: shop
                traffic: { local: { control: "%s" } }
                metrics:
                  %s
                  window: 1s
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                  - { name: First, weight: 20, hold: 1s }
                  - { name: Full, weight: 100 }
                gate: [ { metric: error-rate, max: 5%% } ]
                abort: [ { metric: error-rate, max: 50%% } ]
                """.formatted(stack.controlUrl(), source));
    }

    Path journal() {
        return dir.resolve(".canary/shop.jsonl");
    }

    /** As if no rollout had ever begun here. */
    void forgets() throws IOException {
        Files.delete(journal());
        Files.deleteIfExists(journal().resolveSibling("shop.jsonl.head"));
    }

    Weight weight() {
        return stack.proxy().state().weight();
    }

    void weighs(double percent) {
        stack.proxy().shift(Weight.ofPercent(percent));
    }

    @Override
    public void close() {
        stack.close();
    }
}
