package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a probe is asked anew. */
@Timeout(60)
class ProbeSourceTest {

    private static final MetricSource NOTHING = new MetricSource() {
        @Override
        public CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> queries, Instant at) {
            return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public String describe(MetricQuery query) {
            return null;
        }
    };

    @Test
    void resultGrowsOldAlsoWhenTheClockIsSetBack() throws Exception {
        AtomicLong now = new AtomicLong(10_000_000_000L);
        BlockingQueue<ProbeResult> results = new LinkedBlockingQueue<>();
        try (LimitedService service = new LimitedService(); Probes probes = Probes.at(service.uri(),
                new HttpProbe("home", Duration.ofMinutes(5), Shot.get("/json"), 1, 1, null,
                        Probes.good(Map.of(), java.util.List.of())))) {
            ProbeSource source = new ProbeSource(NOTHING, probes.prober, now::get);
            source.listen(results::add);
            MetricQuery query = new MetricQuery(Metric.ofProbe("home"), Track.CANARY, Duration.ofMinutes(1));
            source.read(Set.of(query), Instant.EPOCH);
            assertEquals("home", results.poll(20, TimeUnit.SECONDS).probe());
            now.addAndGet(60_000);
            assertEquals(0.0, source.read(Set.of(query), Instant.EPOCH).get().get(query).value());
            assertNull(results.poll(200, TimeUnit.MILLISECONDS), "it is a minute old");
            now.addAndGet(-3_600_000);
            source.read(Set.of(query), Instant.EPOCH);
            assertEquals("home", results.poll(20, TimeUnit.SECONDS).probe());
        }
    }
}
