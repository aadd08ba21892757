package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a probe is asked anew. */
@Timeout(60)
class ProbeSourceTest {

    private static final MetricSource NOTHING = new FakeSource(q -> Reading.noData(""));

    @Test
    void resultGrowsOldAlsoWhenTheClockIsSetBack() throws Exception {
        AtomicLong now = new AtomicLong(10_000_000_000L);
        BlockingQueue<ProbeResult> results = new LinkedBlockingQueue<>();
        try (LimitedService service = new LimitedService();
                Probes probes = Probes.at(
                        service.uri(),
                        new HttpProbe(
                                "home",
                                Duration.ofMinutes(5),
                                ProbeRequest.get("/json"),
                                1,
                                1,
                                null,
                                Probes.good(Map.of(), List.of())))) {
            ProbeSource source = new ProbeSource(NOTHING, probes.prober, now::get, Duration.ofSeconds(15));
            source.listen(results::add);
            MetricQuery query = new MetricQuery(Metric.ofProbe("home"), Track.CANARY, Duration.ofMinutes(1));
            source.read(Set.of(query), Instant.EPOCH);
            assertEquals("home", results.poll(20, TimeUnit.SECONDS).probe());
            now.addAndGet(60_000);
            assertEquals(
                    0.0,
                    source.read(Set.of(query), Instant.EPOCH).get().get(query).value());
            assertNull(results.poll(200, TimeUnit.MILLISECONDS), "it is a minute old");
            now.addAndGet(-3_600_000);
            source.read(Set.of(query), Instant.EPOCH);
            assertEquals("home", results.poll(20, TimeUnit.SECONDS).probe());
        }
    }

    @Test
    void aPassOfAProbeThatIsStuckIsNoPassForEver() throws Exception {
        AtomicLong now = new AtomicLong(10_000_000_000L);
        BlockingQueue<ProbeResult> results = new LinkedBlockingQueue<>();
        AtomicInteger asked = new AtomicInteger();
        try (RawServer service = new RawServer((socket, out) -> {
                    if (asked.incrementAndGet() > 1) {
                        Thread.sleep(30_000);
                    }
                    out.write(
                            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                });
                Probes probes = Probes.at(
                        service.uri(),
                        new HttpProbe(
                                "home",
                                Duration.ofMinutes(1),
                                ProbeRequest.get("/"),
                                1,
                                1,
                                null,
                                Probes.good(Map.of(), List.of())))) {
            ProbeSource source = new ProbeSource(NOTHING, probes.prober, now::get, Duration.ofSeconds(15));
            source.listen(results::add);
            MetricQuery query = new MetricQuery(Metric.ofProbe("home"), Track.CANARY, Duration.ofMinutes(1));
            source.read(Set.of(query), Instant.EPOCH);
            assertEquals(CheckOutcome.PASS, results.poll(20, TimeUnit.SECONDS).outcome());
            now.addAndGet(90_000);
            assertEquals(
                    0.0,
                    source.read(Set.of(query), Instant.EPOCH).get().get(query).value(),
                    "a new one has begun");
            now.addAndGet(90_000);
            Reading old = source.read(Set.of(query), Instant.EPOCH).get().get(query);
            assertEquals(Reading.Status.UNAVAILABLE, old.status());
            assertEquals(
                    "the last result is 3 min old, and the probe that was begun since has not ended", old.detail());
        }
    }

    @Test
    void aProbeThatIsDueMoreOftenThanTheTicksComeIsNotOld() throws Exception {
        AtomicLong now = new AtomicLong(10_000_000_000L);
        BlockingQueue<ProbeResult> results = new LinkedBlockingQueue<>();
        try (LimitedService service = new LimitedService();
                Probes probes = Probes.at(
                        service.uri(),
                        new HttpProbe(
                                "home",
                                Duration.ofSeconds(10),
                                ProbeRequest.get("/json"),
                                1,
                                1,
                                null,
                                Probes.good(Map.of(), List.of())))) {
            ProbeSource source = new ProbeSource(NOTHING, probes.prober, now::get, Duration.ofMinutes(1));
            source.listen(results::add);
            MetricQuery query = new MetricQuery(Metric.ofProbe("home"), Track.CANARY, Duration.ofMinutes(1));
            source.read(Set.of(query), Instant.EPOCH);
            results.poll(20, TimeUnit.SECONDS);
            now.addAndGet(60_000);
            assertEquals(
                    0.0,
                    source.read(Set.of(query), Instant.EPOCH).get().get(query).value());
        }
    }
}
