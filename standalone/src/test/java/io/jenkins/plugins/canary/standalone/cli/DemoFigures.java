package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.standalone.demo.DemoService;
import io.jenkins.plugins.canary.standalone.demo.DemoStack;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells a system twice a second what the demo's services did, as an agent beside them would. */
final class DemoFigures implements AutoCloseable {

    /**
     * What a version did since the last time.
     *
     * @param errors how many of its requests failed
     * @param latency mean, in seconds
     */
    record Figures(Track track, String version, long requests, long errors, double latency, Instant at) {}

    /** Where figures go. */
    @FunctionalInterface
    interface Writer {
        void write(Figures figures) throws Exception;
    }

    private record Counts(double requests, double errors, double seconds) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();
    private final Map<Track, Counts> before = new ConcurrentHashMap<>();
    private final Writer writer;
    private volatile Exception failure;

    DemoFigures(DemoStack stack, Writer writer) {
        this.writer = writer;
        beat.scheduleAtFixedRate(
                () -> {
                    tell(Track.CANARY, DemoStack.CANARY_VERSION, stack.canary());
                    tell(Track.STABLE, DemoStack.STABLE_VERSION, stack.stable());
                },
                0,
                500,
                TimeUnit.MILLISECONDS);
    }

    private void tell(Track track, String version, DemoService service) {
        try {
            Counts now = counts(service.metricsUrl());
            Counts last = before.put(track, now);
            long requests = last == null ? 0 : Math.round(now.requests - last.requests);
            if (requests > 0) {
                writer.write(new Figures(
                        track,
                        version,
                        requests,
                        Math.round(now.errors - last.errors),
                        (now.seconds - last.seconds) / requests,
                        Instant.now()));
            }
        } catch (Exception e) {
            failure = e;
        }
    }

    private Counts counts(URI metrics) throws Exception {
        String page = http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return new Counts(
                sum(page, "http_request_duration_seconds_count"),
                page.lines()
                        .filter(line -> line.startsWith("http_requests_total{") && line.contains("status=\"500\""))
                        .mapToDouble(DemoFigures::value)
                        .sum(),
                sum(page, "http_request_duration_seconds_sum"));
    }

    private static double sum(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(DemoFigures::value)
                .sum();
    }

    private static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** @throws Exception when figures could not be told */
    @Override
    public void close() throws Exception {
        beat.shutdownNow();
        beat.awaitTermination(10, TimeUnit.SECONDS);
        if (failure != null && !(failure instanceof InterruptedException)) {
            throw failure;
        }
    }
}
