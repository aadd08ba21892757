package io.jenkins.plugins.canary.standalone.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DemoServiceTest {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final AtomicLong nanos = new AtomicLong();
    private final PlanClock clock = new PlanClock(nanos::get, 0, 60);
    private DemoService service;

    @AfterEach
    void stop() {
        service.close();
    }

    private void start(Behaviour behaviour, Scenario scenario) throws IOException {
        service = new DemoService("v7", behaviour, scenario, clock, 1, 0).start();
    }

    private static HttpRequest request(URI url) {
        return HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(60)).build();
    }

    private static HttpResponse<String> get(URI url) throws Exception {
        return CLIENT.send(request(url), BodyHandlers.ofString());
    }

    @Test
    void answersAndCountsWhatItAnswered() throws Exception {
        start(Behaviour.steady(0, 0.001, 0).until(1, Behaviour.steady(1, 0.2, 0)), Scenario.HEALTHY);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> good = get(service.url());
            assertEquals(200, good.statusCode());
            assertEquals(
                    "v7", good.headers().firstValue(DemoService.VERSION_HEADER).orElse(null));
        }
        nanos.set(TimeUnit.SECONDS.toNanos(1));
        assertEquals(500, get(service.url()).statusCode());
        String metrics = get(service.metricsUrl()).body();
        assertTrue(metrics.contains("http_requests_total{status=\"200\",version=\"v7\"} 3.0\n"), metrics);
        assertTrue(metrics.contains("http_requests_total{status=\"500\",version=\"v7\"} 1.0\n"), metrics);
        assertTrue(metrics.contains("http_request_duration_seconds_count{version=\"v7\"} 4\n"), metrics);
        assertTrue(metrics.contains("http_request_duration_seconds_bucket{version=\"v7\",le=\"0.15\"} 3\n"), metrics);
        assertEquals(4, service.served());
    }

    @Test
    void aServiceThatWasNeverAskedHasItsSeriesAlready() throws Exception {
        start(Behaviour.steady(0, 0.001, 0), Scenario.HEALTHY);
        String metrics = get(service.metricsUrl()).body();
        assertTrue(metrics.contains("http_requests_total{status=\"500\",version=\"v7\"} 0.0\n"), metrics);
        assertTrue(metrics.contains("http_request_duration_seconds_bucket{version=\"v7\",le=\"2.0\"} 0\n"), metrics);
    }

    @Test
    void speaksOpenMetricsToThoseWhoAskForIt() throws Exception {
        start(Behaviour.steady(0, 0.001, 0), Scenario.HEALTHY);
        HttpRequest request = HttpRequest.newBuilder(service.metricsUrl())
                .header("Accept", "application/openmetrics-text;version=1.0.0")
                .build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("application/openmetrics-text"));
        assertTrue(answer.body().endsWith("# EOF\n"), answer.body());
    }

    /** Two hundred answers of a second each, by far fewer threads: they wait on a timer. */
    @Test
    void slowAnswersHoldNoThreads() throws Exception {
        start(Behaviour.steady(0, 1, 0), Scenario.HEALTHY);
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(CLIENT.sendAsync(request(service.url()), BodyHandlers.ofString()));
        }
        long mostThreads = 0;
        for (CompletableFuture<HttpResponse<String>> one : all) {
            assertEquals(200, one.get(60, TimeUnit.SECONDS).statusCode());
            mostThreads = Math.max(
                    mostThreads,
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(t -> t.getName().startsWith("demo-v7"))
                            .count());
        }
        assertTrue(mostThreads <= 14, mostThreads + " threads");
    }

    @Test
    void metricsGoDownInBothWays() throws Exception {
        start(Behaviour.steady(0, 0.001, 0), Scenario.METRICS_DOWN);
        assertEquals(200, get(service.metricsUrl()).statusCode());
        nanos.set(TimeUnit.SECONDS.toNanos(3));
        assertEquals(503, get(service.metricsUrl()).statusCode());
        HttpRequest post = HttpRequest.newBuilder(service.metricsUrl())
                .POST(HttpRequest.BodyPublishers.ofString("once"))
                .build();
        assertThrows(IOException.class, () -> CLIENT.send(post, BodyHandlers.ofString()));
        assertEquals(200, get(service.url()).statusCode(), "the service itself is well");
    }
}
