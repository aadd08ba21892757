package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.standalone.cli.Main;
import io.jenkins.plugins.canary.standalone.demo.DemoService;
import io.jenkins.plugins.canary.standalone.demo.DemoStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * From the start of {@code canary demo}'s JVM until a request of ours was answered by the canary: a little later than
 * the first request that was split.
 */
final class DemoStart {

    /** As the {@code canary} script starts it. */
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final int RUNS = 3;
    private static final int AT_ONCE = 20;
    private static final double PATIENCE_SECONDS = 60;

    private DemoStart() {}

    static List<Budget> measure() throws Exception {
        double[] seconds = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            seconds[i] = seconds();
        }
        Arrays.sort(seconds);
        return List.of(new Budget(
                "canary demo: first request split, from the JVM's start",
                5,
                seconds[RUNS / 2],
                "s",
                String.format(Locale.ROOT, "median of %d, slowest %.1f s", RUNS, seconds[RUNS - 1])));
    }

    private static double seconds() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        long began = System.nanoTime();
        Process demo = Child.start(Main.class, JVM, "demo");
        try (BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("requests: ")) {
                line = lines.readLine();
            }
            if (line == null) {
                throw new IOException("the demo did not say where its requests go");
            }
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(line.split(" ")[1])).build();
            while ((System.nanoTime() - began) / 1e9 < PATIENCE_SECONDS) {
                if (canaryAnswers(client, request)) {
                    return (System.nanoTime() - began) / 1e9;
                }
            }
            throw new IOException("no request reached the canary");
        } finally {
            demo.destroyForcibly();
        }
    }

    /** Asks many times at once: at 5% one request alone would rarely meet the canary. */
    private static boolean canaryAnswers(HttpClient client, HttpRequest request) {
        return Stream.generate(() -> client.sendAsync(request, HttpResponse.BodyHandlers.discarding()))
                .limit(AT_ONCE)
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .anyMatch(answer -> answer.headers()
                        .firstValue(DemoService.VERSION_HEADER)
                        .orElse("")
                        .equals(DemoStack.CANARY_VERSION));
    }
}
