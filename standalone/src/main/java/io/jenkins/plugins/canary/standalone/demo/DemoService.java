package io.jenkins.plugins.canary.standalone.demo;

import io.jenkins.plugins.canary.engine.report.monitoring.ScrapeAnswer;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A running version of a service: answers any request as its {@link Behaviour} says, and tells of itself under {@code
 * /metrics}. A slow answer waits on a timer, not in a thread. Listens on 127.0.0.1.
 */
public final class DemoService implements AutoCloseable {

    /** The answer header that names the version. */
    public static final String VERSION_HEADER = "X-Version";

    private final String version;
    private final Behaviour behaviour;
    private final Scenario scenario;
    private final PlanClock clock;
    private final long seed;
    private final DemoMetrics metrics;
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong scrapes = new AtomicLong();
    private final Server server;
    private final ServerConnector connector;

    /**
     * @param behaviour how requests are answered
     * @param scenario says when /metrics does not answer
     * @param seed the same seed gives the n-th request the same answer
     * @param port 0 for a free one
     */
    public DemoService(String version, Behaviour behaviour, Scenario scenario, PlanClock clock, long seed, int port) {
        this.version = version;
        this.behaviour = behaviour;
        this.scenario = scenario;
        this.clock = clock;
        this.seed = seed;
        this.metrics = new DemoMetrics(version);
        QueuedThreadPool threads = new QueuedThreadPool(12, 2);
        threads.setName("demo-" + version);
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        // Longer than any proxy keeps a connection, so that it is never this side that closes first.
        connector.setIdleTimeout(TimeUnit.MINUTES.toMillis(10));
        server.addConnector(connector);
        server.setHandler(new Answering());
    }

    /** @throws IOException when the port is taken */
    public DemoService start() throws IOException {
        try {
            server.start();
            return this;
        } catch (Exception failed) {
            close();
            throw new IOException("demo service " + version + " cannot start: " + failed.getMessage(), failed);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    public URI metricsUrl() {
        return url().resolve("/metrics");
    }

    /** Requests answered, scrapes not among them. */
    public long served() {
        return metrics.served();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException(
                    "demo service " + version + " did not stop: " + failed.getMessage(), failed);
        }
    }

    private final class Answering extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            if (request.getHttpURI().getCanonicalPath().equals("/metrics")) {
                scrape(request, response, callback);
                return true;
            }
            long began = System.nanoTime();
            SplittableRandom random = new SplittableRandom(seed + arrived.getAndIncrement() * 0x9E3779B97F4A7C15L);
            Behaviour.Answer answer = behaviour.answer(clock.minutes(), random);
            server.getScheduler()
                    .schedule(
                            () -> {
                                metrics.answered(answer.status(), (System.nanoTime() - began) / 1e9);
                                write(
                                        response,
                                        callback,
                                        answer.status(),
                                        "text/plain;charset=utf-8",
                                        (version + (answer.status() == 200 ? " says hello\n" : " is broken\n"))
                                                .getBytes(StandardCharsets.UTF_8));
                            },
                            Math.round(answer.seconds() * 1e6),
                            TimeUnit.MICROSECONDS);
            return true;
        }

        /** Down in both ways that are seen in the field: an error page, and a connection that breaks. */
        private void scrape(Request request, Response response, Callback callback) throws IOException {
            if (scenario.metricsAnswer(clock.minutes())) {
                ScrapeAnswer page = metrics.page(request.getHeaders().get(HttpHeader.ACCEPT));
                write(response, callback, 200, page.contentType(), page.text());
            } else if (scrapes.getAndIncrement() % 2 == 0) {
                write(response, callback, 503, "text/plain", "metrics are down\n".getBytes(StandardCharsets.UTF_8));
            } else {
                request.getConnectionMetaData().getConnection().getEndPoint().close();
                callback.failed(new EofException("the scenario closes the connection"));
            }
        }

        private void write(Response response, Callback callback, int status, String type, byte[] body) {
            response.setStatus(status);
            response.getHeaders().put(VERSION_HEADER, version);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
            response.write(true, ByteBuffer.wrap(body), callback);
        }
    }

    /**
     * What a demo service tells of itself: {@code http_requests_total{version, status}} and
     * {@code http_request_duration_seconds{version}}, made by the Prometheus client library as real services do it. Safe
     * for any thread.
     */
    private static final class DemoMetrics {

        /** Close together around the thresholds that plans have: 100 ms, 250 ms, 500 ms, 2 s. In seconds. */
        private static final double[] BUCKETS = {
            0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2, 2.5, 5, 10
        };

        private final PrometheusRegistry registry = new PrometheusRegistry();
        private final LongAdder served = new LongAdder();
        private final String version;
        private final Counter requests;
        private final Histogram durations;

        DemoMetrics(String version) {
            this.version = version;
            requests = Counter.builder()
                    .name("http_requests_total")
                    .help("Requests answered, by version and status.")
                    .labelNames("version", "status")
                    .withoutExemplars()
                    .register(registry);
            durations = Histogram.builder()
                    .name("http_request_duration_seconds")
                    .help("Time from a request to its answer, by version.")
                    .unit(Unit.SECONDS)
                    .labelNames("version")
                    .classicOnly()
                    .classicUpperBounds(BUCKETS)
                    .withoutExemplars()
                    .register(registry);
            // A series that begins with its first error hides that error from rate().
            requests.initLabelValues(version, "200");
            requests.initLabelValues(version, "500");
            durations.initLabelValues(version);
        }

        void answered(int status, double seconds) {
            served.increment();
            requests.labelValues(version, String.valueOf(status)).inc();
            durations.labelValues(version).observe(seconds);
        }

        long served() {
            return served.sum();
        }

        /** @param accept the scraper's Accept header, or null */
        ScrapeAnswer page(String accept) throws IOException {
            return ScrapeAnswer.of(registry.scrape(), accept);
        }
    }
}
