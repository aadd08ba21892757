package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.testing.EvidenceServers;
import io.jenkins.plugins.canary.engine.testing.GraphiteServer;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import io.jenkins.plugins.canary.standalone.demo.DemoStack;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A system whose evidence decides a rollout of the demo, by the plan on its page in docs/metrics. */
enum EvidenceSystem {
    GRAPHITE("graphite.md", "http://graphite.monitoring", "response-time is 1\\.\\d+ s, above the maximum of 1 s") {
        @Override
        URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception {
            GraphiteServer server = GraphiteServer.start(dir);
            open.push(server);
            open.push(new DemoFigures(
                    stack,
                    f -> server.write("stats.shop.%s.latency.mean %s %d\n"
                            .formatted(f.track().word(), 1000 * f.latency(), f.at().getEpochSecond()))));
            return server.uri();
        }
    },
    INFLUXDB(
            "influxdb.md", "http://influxdb.monitoring:8086", "response-time is 1\\.\\d+ s, above the maximum of 1 s") {
        @Override
        URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception {
            ServerProcess server = EvidenceServers.influxdb(dir);
            open.push(server);
            URI write = server.uri().resolve("/write?db=shop&precision=ms");
            open.push(new DemoFigures(
                    stack,
                    f -> EvidenceServers.post(
                            write,
                            "text/plain",
                            "requests,version=%s latency=%s %d"
                                    .formatted(f.version(), f.latency(), f.at().toEpochMilli()))));
            return server.uri();
        }
    },
    LOKI("loki.md", "http://loki.monitoring:3100", "error-lines is \\d+, above the maximum of 20") {
        @Override
        URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception {
            ServerProcess server = EvidenceServers.loki(dir, false);
            open.push(server);
            URI push = server.uri().resolve("/loki/api/v1/push");
            open.push(new DemoFigures(
                    stack,
                    f -> EvidenceServers.post(
                            push,
                            "application/json",
                            "{\"streams\":[{\"stream\":{\"app\":\"shop\",\"version\":\"%s\"},\"values\":[%s]}]}"
                                    .formatted(f.version(), lines(f)))));
            return server.uri();
        }
    },
    VICTORIA_METRICS(
            "prometheus.md", "http://prometheus.monitoring:9090", "error-rate is [\\d.]+%, above the maximum of 5%") {
        @Override
        URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception {
            ServerProcess server = EvidenceServers.victoriaMetrics(dir, scrapes(stack));
            open.push(server);
            return server.uri();
        }
    },
    PROMETHEUS(
            "prometheus.md", "http://prometheus.monitoring:9090", "error-rate is [\\d.]+%, above the maximum of 5%") {
        @Override
        URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception {
            ServerProcess server = PrometheusProcess.start(scrapes(stack), dir);
            open.push(server);
            return server.uri();
        }
    },
    ALERTMANAGER(
            "alerts.md", "http://alertmanager.monitoring:9093", "alerts .*: an alert fires: ShopErrors since 20.*") {
        @Override
        URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception {
            ServerProcess server = EvidenceServers.alertmanager(dir, "[]");
            open.push(server);
            Path prometheus = Files.createDirectory(dir.resolve("prometheus"));
            Files.writeString(prometheus.resolve("rules.yml"), """
                    groups:
                      - name: shop
                        interval: 1s
                        rules:
                          - alert: ShopErrors
                            expr: sum(rate(http_requests_total{status="500"}[5s])) / sum(rate(http_requests_total[5s])) > 0.01
                            labels: { service: shop, severity: page }
                    """);
            open.push(PrometheusProcess.start(
                    scrapes(stack)
                            + "rule_files: [ rules.yml ]\nalerting: { alertmanagers: [ { static_configs: [ { targets: [ \"%s\" ] } ] } ] }\n"
                                    .formatted(server.uri().getAuthority()),
                    prometheus));
            return server.uri();
        }
    };

    private final String page;
    private final String address;
    private final String reason;

    /**
     * @param page in docs/metrics
     * @param address where the page's plan finds the system
     * @param reason pattern of why the bad version is taken back
     */
    EvidenceSystem(String page, String address, String reason) {
        this.page = page;
        this.address = address;
        this.reason = reason;
    }

    /**
     * Starts it and sees to it that it knows what the demo does; skips the calling test, by name, where a program is absent.
     *
     * @param open gets what is to be closed, last first
     * @return the system's address
     */
    abstract URI start(Path dir, DemoStack stack, Deque<AutoCloseable> open) throws Exception;

    String reason() {
        return reason;
    }

    /** The page's plan for the demo's router, with seconds for minutes. */
    String plan(URI server, URI control, String hold) throws Exception {
        String text = Files.readString(MarkdownPages.ROOT.resolve("docs/metrics/" + page));
        int begin = text.indexOf("```yaml\n") + "```yaml\n".length();
        String plan = text.substring(begin, text.indexOf("```", begin));
        plan = replaced(plan, address, server.toString());
        plan = replaced(plan, "gatewayApi: { httpRoute: shop }", "local: { control: \"" + control + "\" }");
        plan = replaced(plan, "interval: 15s", "interval: 1s");
        plan = replaced(plan, "hold: 15m", "hold: " + hold);
        return plan.replace("window: 2m", "window: 5s").replace("for: 1m", "for: 1s");
    }

    private String replaced(String plan, String found, String by) {
        if (!plan.contains(found)) {
            throw new AssertionError(page + " has no " + found);
        }
        return plan.replace(found, by);
    }

    private static String scrapes(DemoStack stack) {
        return """
                global: { scrape_interval: 1s, scrape_timeout: 1s }
                scrape_configs:
                  - job_name: shop
                    static_configs: [ { targets: [ "%s", "%s" ] } ]
                """.formatted(
                stack.canary().url().getAuthority(), stack.stable().url().getAuthority());
    }

    /** A line for each request, a nanosecond apart. */
    private static String lines(DemoFigures.Figures figures) {
        return LongStream.range(0, figures.requests())
                .mapToObj(i -> "[\"%d\",\"%s\"]"
                        .formatted(
                                figures.at().toEpochMilli() * 1_000_000 + i,
                                i < figures.errors() ? "ERROR order lost" : "INFO paid"))
                .collect(Collectors.joining(","));
    }
}
