package io.jenkins.plugins.canary.standalone.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;

/** A person who may read and build, signed in by an API token. */
final class JenkinsVisitor {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int WARM_UP = 10;
    private static final int LOADS = 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI jenkins;

    /**
     * How long something takes, in milliseconds.
     *
     * @param p95 of 20, the second longest
     */
    record Times(double median, double p95) {

        @Override
        public String toString() {
            return "median " + Math.round(median) + " ms, p95 " + Math.round(p95) + " ms of " + LOADS + " loads";
        }
    }

    JenkinsVisitor(URI jenkins) {
        this.jenkins = jenkins;
    }

    private HttpRequest.Builder request(String path) {
        String who = JenkinsHome.PERSON + ":" + JenkinsHome.TOKEN;
        return HttpRequest.newBuilder(jenkins.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(who.getBytes(US_ASCII)));
    }

    String get(String path) throws Exception {
        HttpResponse<String> answer = client.send(request(path).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    JsonNode json(String path, String tree) throws Exception {
        return MAPPER.readTree(get(path + "api/json?tree=" + URLEncoder.encode(tree, StandardCharsets.UTF_8)));
    }

    /** Has jobs build, evenly over a time. */
    void build(int jobs, Duration over) throws Exception {
        long began = System.nanoTime();
        for (int i = 0; i < jobs; i++) {
            long wait = began + over.toNanos() * i / jobs - System.nanoTime();
            Thread.sleep(Math.max(0, wait / 1_000_000));
            HttpResponse<Void> answer = client.send(
                    request("job/" + JenkinsHome.job(i) + "/build")
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());
            if (answer.statusCode() != 201) {
                throw new IOException(JenkinsHome.job(i) + " could not be built: " + answer.statusCode());
            }
        }
    }

    /** Loads what belongs together, one after the other, twenty times after ten that do not count. */
    Times times(String... paths) throws Exception {
        double[] millis = new double[LOADS];
        for (int i = -WARM_UP; i < LOADS; i++) {
            long began = System.nanoTime();
            for (String path : paths) {
                get(path);
            }
            if (i >= 0) {
                millis[i] = (System.nanoTime() - began) / 1e6;
            }
        }
        Arrays.sort(millis);
        return new Times((millis[LOADS / 2 - 1] + millis[LOADS / 2]) / 2, millis[LOADS * 95 / 100 - 1]);
    }
}
