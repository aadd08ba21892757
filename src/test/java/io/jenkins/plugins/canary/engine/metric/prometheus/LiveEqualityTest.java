package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes four exporters of this process each second; each has served more at every scrape, and was
 * restarted at every sixth.
 */
class LiveEqualityTest {

    private static final int SCRAPES = 14;
    private static final String CONFIG = """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: service
                static_configs:
                  - { targets: ["127.0.0.1:PORT"], labels: { __metrics_path__: /canary-1, instance: c1, version: v2 } }
                  - { targets: ["127.0.0.1:PORT"], labels: { __metrics_path__: /canary-2, instance: c2, version: v2 } }
                  - { targets: ["127.0.0.1:PORT"], labels: { __metrics_path__: /stable-1, instance: s1, version: v1 } }
                  - { targets: ["127.0.0.1:PORT"], labels: { __metrics_path__: /stable-2, instance: s2, version: v1 } }
            """;

    @TempDir
    private Path dir;

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final Map<String, Integer> scrapes = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void everyBuiltInMetricEqualsPrometheus() throws Exception {
        HttpServer exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        exporter.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body = page(path, scrapes.merge(path, 1, Integer::sum)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        exporter.setExecutor(executor);
        exporter.start();
        String config =
                CONFIG.replace("PORT", String.valueOf(exporter.getAddress().getPort()));
        try (ServerProcess prometheus = PrometheusProcess.start(config, dir)) {
            awaitScrapes();
            Equality equality = new Equality(prometheus.uri());
            Instant now = Instant.now();
            for (int seconds : new int[] {3, 5, 9, 300}) {
                equality.check(now.minusMillis(137), Duration.ofSeconds(seconds));
                equality.check(now.minusMillis(2719), Duration.ofSeconds(seconds));
            }
            assertEquals(0, equality.refused());
            for (BuiltInMetric metric : BuiltInMetric.values()) {
                assertTrue(equality.telling(metric) >= 4, metric + ": " + equality.telling(metric));
            }
        } finally {
            exporter.stop(0);
        }
    }

    /** A scrape is stored when the next one of its target begins: what is read before that may change between two looks. */
    private void awaitScrapes() throws InterruptedException {
        Poll.until(
                "Prometheus has scraped everything",
                () -> scrapes.size() == 4 && scrapes.values().stream().allMatch(n -> n > SCRAPES),
                scrapes::toString);
    }

    /** What an exporter says at its nth scrape; errors have no series before the third. */
    private static String page(String path, int scrape) {
        Random random = new Random(path.hashCode());
        long[] counts = new long[5];
        for (int n = 1; n <= scrape; n++) {
            for (int i = 0; i < counts.length; i++) {
                // A restart: lower than before, and far enough from zero for releases that treat it differently.
                counts[i] = (n == 1 ? 50_000 : n % 6 == 0 ? 9_000 : counts[i]) + 20 + random.nextInt(80);
            }
        }
        return "http_requests_total{status=\"200\"} " + counts[0] + "\n"
                + "http_requests_total{status=\"429\"} " + counts[1] + "\n"
                + (scrape < 3 ? "" : "http_requests_total{status=\"500\"} " + counts[2] + "\n")
                + "http_request_duration_seconds_bucket{le=\"0.1\"} " + counts[3] + "\n"
                + "http_request_duration_seconds_bucket{le=\"0.5\"} " + (counts[3] + counts[4]) + "\n"
                + "http_request_duration_seconds_bucket{le=\"+Inf\"} " + (counts[3] + counts[4] + counts[2]) + "\n";
    }
}
