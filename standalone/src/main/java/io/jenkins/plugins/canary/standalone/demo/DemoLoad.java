package io.jenkins.plugins.canary.standalone.demo;

import java.net.URI;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Users: requests at a steady rate, whether or not the earlier ones have been answered (an open loop, since users do not
 * wait for each other). Stops by itself when its time is over.
 */
public final class DemoLoad implements AutoCloseable {

    private static final String[] PATHS = {"/", "/cart", "/search?q=tea", "/checkout", "/account"};
    private static final long BEAT_MILLIS = 10;

    /**
     * @param perSecond requests per second
     * @param mostRunning requests without an answer yet; above it requests are left out and counted as such
     * @param seed of the order in which pages are asked for
     * @param longest after which the load stops by itself
     */
    public record Settings(double perSecond, int mostRunning, long seed, Duration longest) {}

    /**
     * @param failed answered with 500 or more
     * @param broken not answered at all
     * @param leftOut not sent because too many were running
     */
    public record Counts(long sent, long answered, long failed, long broken, long leftOut) {}

    private final URI target;
    private final Settings settings;
    private final SplittableRandom random;
    private final HttpClient client;
    private final ScheduledExecutorService beat;
    private final AtomicLong sent = new AtomicLong();
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong leftOut = new AtomicLong();
    private long began;
    private volatile boolean closed;

    /** @param target scheme, host and port */
    public DemoLoad(URI target, Settings settings) {
        this.target = target;
        this.settings = settings;
        this.random = new SplittableRandom(settings.seed());
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(1);
        client = new HttpClient(transport);
        QueuedThreadPool threads = new QueuedThreadPool(8, 1);
        threads.setName("demo-load");
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setMaxConnectionsPerDestination(settings.mostRunning());
        client.setFollowRedirects(false);
        beat = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "demo-load-beat");
            thread.setDaemon(true);
            return thread;
        });
    }

    public DemoLoad start() {
        try {
            client.start();
        } catch (Exception failure) {
            throw new IllegalStateException("the demo's load cannot start: " + failure.getMessage(), failure);
        }
        began = System.nanoTime();
        beat.scheduleAtFixedRate(this::sendWhatIsDue, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
        return this;
    }

    private void sendWhatIsDue() {
        long elapsed = System.nanoTime() - began;
        if (elapsed >= settings.longest().toNanos()) {
            beat.shutdown();
            return;
        }
        long due = (long) (elapsed / 1e9 * settings.perSecond()) + 1;
        while (sent.get() + leftOut.get() < due) {
            if (running.get() >= settings.mostRunning()) {
                leftOut.incrementAndGet();
            } else {
                send();
            }
        }
    }

    private void send() {
        sent.incrementAndGet();
        running.incrementAndGet();
        client.newRequest(target.resolve(PATHS[random.nextInt(PATHS.length)]))
                .timeout(30, TimeUnit.SECONDS)
                .send(this::count);
    }

    private void count(Result result) {
        running.decrementAndGet();
        if (result.isFailed()) {
            if (!closed) {
                broken.increment();
            }
            return;
        }
        answered.increment();
        if (result.getResponse().getStatus() >= 500) {
            failed.increment();
        }
    }

    public Counts counts() {
        return new Counts(sent.get(), answered.sum(), failed.sum(), broken.sum(), leftOut.get());
    }

    /** Stops sending; requests that still run are broken off and not counted. */
    @Override
    public void close() {
        closed = true;
        beat.shutdownNow();
        try {
            client.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("the demo's load did not stop: " + failure.getMessage(), failure);
        }
    }
}
