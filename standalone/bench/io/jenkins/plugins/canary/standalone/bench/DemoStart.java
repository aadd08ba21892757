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
import java.util.List;

/**
 * From the start of {@code canary demo}'s JVM until a request of ours was answered by the canary: a little later than
 * the first request that was split.
 */
final class DemoStart {

    /** As the {@code canary} script starts it. */
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final int RUNS = 3;
    private static final double PATIENCE_SECONDS = 60;

    private DemoStart() {}

    static List<Budget> measure() throws Exception {
        double slowest = 0;
        for (int i = 0; i < RUNS; i++) {
            slowest = Math.max(slowest, seconds());
        }
        return List.of(new Budget("canary demo: first request split, from the JVM's start", 5, slowest, "s",
                "slowest of " + RUNS));
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
            URI url = URI.create(line.substring("requests: ".length()).split(" ")[0]);
            HttpRequest request = HttpRequest.newBuilder(url).build();
            while ((System.nanoTime() - began) / 1e9 < PATIENCE_SECONDS) {
                HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
                if (answer.headers().firstValue(DemoService.VERSION_HEADER).orElse("").equals(DemoStack.CANARY_VERSION)) {
                    return (System.nanoTime() - began) / 1e9;
                }
            }
            throw new IOException("no request reached the canary");
        } finally {
            demo.destroyForcibly();
        }
    }
}
