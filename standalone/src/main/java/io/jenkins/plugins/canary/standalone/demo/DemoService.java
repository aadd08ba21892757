package io.jenkins.plugins.canary.standalone.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
        public boolean handle(Request request, Response response, Callback callback) {
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
        private void scrape(Request request, Response response, Callback callback) {
            if (scenario.metricsAnswer(clock.minutes())) {
                DemoMetrics.Page page = metrics.page(request.getHeaders().get(HttpHeader.ACCEPT));
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
}
