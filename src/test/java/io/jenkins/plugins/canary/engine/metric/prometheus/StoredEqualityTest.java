package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hours of made-up scrapes, with jitter, missed scrapes, restarts, and series that come and go, put into a real
 * Prometheus' storage. Values are far from zero but for one young instance that is scraped regularly: next to zero,
 * releases before 2.51 extrapolate differently after a missed scrape.
 */
class StoredEqualityTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00.003Z");
    private static final Duration LENGTH = Duration.ofHours(2);
    private static final String[] BOUNDS = {"0.05", "0.1", "0.25", "1.0", "+Inf"};

    @TempDir
    private Path dir;

    private final Random random = new Random(20260301);
    private final StringBuilder page = new StringBuilder();

    @Test
    void everyBuiltInMetricEqualsPrometheus() throws Exception {
        for (String version : new String[] {"v1", "v2"}) {
            instance(version, "old-1", 0, 3600 + random.nextInt(1800));
            instance(version, "old-2", random.nextInt(3600), 7200);
            young(version, 1800 + random.nextInt(600));
        }
        page.append("# EOF\n");
        PrometheusProcess.backfill(Files.writeString(dir.resolve("history.txt"), page), dir);
        try (ServerProcess prometheus =
                PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y")) {
            Equality equality = new Equality(prometheus.uri());
            for (Duration window :
                    new Duration[] {Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15)}) {
                for (int i = 0; i < 12; i++) {
                    equality.check(START.plusMillis(random.nextInt((int) LENGTH.toMillis()) + 600_000L), window);
                }
            }
            assertEquals(0, equality.refused());
            for (BuiltInMetric metric : BuiltInMetric.values()) {
                assertTrue(equality.telling(metric) >= 20, metric + ": " + equality.telling(metric));
            }
            assertEquals(Set.of("old-1", "old-2", "young"), pods(prometheus, START.plusSeconds(3_500)));
        }
    }

    /** What the default rules ask to tell stable's pods apart. */
    private static Set<String> pods(ServerProcess prometheus, Instant at) throws Exception {
        CanaryPlan plan = PlanReader.read("""
                name: shop
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "%s" }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: One, weight: 10, hold: 10m, gate: [ { metric: requests, min: 0 } ] } ]
                abort: default
                """.formatted(prometheus.uri()));
        PrometheusClient client = new PrometheusClient(
                new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED),
                prometheus.uri(),
                Credentials.NONE,
                Map.of(),
                Duration.ofSeconds(30));
        MetricQuery stable = plan.podQueries(0).stream()
                .filter(query -> query.track() == Track.STABLE && query.metric().quantile() == 0.5)
                .findFirst()
                .orElseThrow();
        PlanQueries queries = new PlanQueries(plan.metrics(), SampleMetrics.context());
        return new PrometheusSource(client, queries)
                .read(Set.of(stable), at, (query, reading) -> {})
                .join()
                .get(stable)
                .parts()
                .keySet();
    }

    /** Scraped about every 15 s, now and then late or not at all; restarts; its errors begin late. */
    private void instance(String version, String name, int fromSecond, int toSecond) {
        long[] counts = start(100_000);
        int errorsFrom = fromSecond + random.nextInt(1200);
        for (double t = fromSecond; t < toSecond; t += 15 + (random.nextInt(10) == 0 ? random.nextDouble() : 0)) {
            if (random.nextInt(60) == 0) {
                counts = start(20_000);
            }
            grow(counts, 60);
            if (random.nextInt(12) != 0) {
                scrape(version, name, t, counts, t > errorsFrom);
            }
        }
    }

    private void young(String version, int fromSecond) {
        long[] counts = {1, 2, 1, 1, 1, 1, 1};
        for (double t = fromSecond; t < LENGTH.toSeconds(); t += 15) {
            scrape(version, "young", t, counts, true);
            grow(counts, 40);
        }
    }

    /** Good, missing, failed; then the observations of each bucket but the last. */
    private long[] start(int least) {
        return random.longs(7, least, 2L * least).toArray();
    }

    private void grow(long[] counts, int most) {
        boolean idle = random.nextInt(20) == 0;
        for (int i = 0; i < counts.length && !idle; i++) {
            counts[i] += most / 2 + random.nextInt(most / (i % 3 + 1));
        }
    }

    private void scrape(String version, String instance, double second, long[] counts, boolean errors) {
        String time = BigDecimal.valueOf(START.toEpochMilli() + Math.round(second * 1000), 3)
                .toPlainString();
        String labels = "version=\"" + version + "\",instance=\"" + instance + "\"";
        String[] status = {"200", "429", "503"};
        for (int i = 0; i < (errors ? 3 : 2); i++) {
            line("http_requests_total{" + labels + ",status=\"" + status[i] + "\"}", counts[i], time);
        }
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            below += i < 4 ? counts[3 + i] : counts[0] / 50;
            line("http_request_duration_seconds_bucket{" + labels + ",le=\"" + BOUNDS[i] + "\"}", below, time);
        }
    }

    private void line(String series, long value, String time) {
        page.append(series).append(' ').append(value).append(' ').append(time).append('\n');
    }
}
