package io.jenkins.plugins.canary.standalone.dataplane;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends so many requests a second, whether or not the ones before were answered, and keeps every answer: a service that
 * is slow or gone does not slow down its users.
 */
final class OpenLoopClient implements AutoCloseable {

    static final String VERSION = "X-Version";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * What became of one request.
     *
     * @param millis when it was sent, since the epoch
     * @param status 0 when there was no answer
     * @param version "" when no pod answered
     */
    record Answer(long millis, int status, String version) {

        /** Lost is what a user was not served: no answer, or an error. */
        boolean lost() {
            return status != 200;
        }
    }

    private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final HttpRequest request;

    /** @param headers names and values, by turns */
    OpenLoopClient(URI uri, int perSecond, String... headers) {
        HttpRequest.Builder asked = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        for (int i = 0; i < headers.length; i += 2) {
            asked.header(headers[i], headers[i + 1]);
        }
        request = asked.build();
        clock.scheduleAtFixedRate(this::send, 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
    }

    private void send() {
        long at = System.currentTimeMillis();
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, fault) -> answers.add(
                        fault != null
                                ? new Answer(at, 0, "")
                                : new Answer(
                                        at,
                                        answer.statusCode(),
                                        answer.headers().firstValue(VERSION).orElse(""))));
    }

    List<Answer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    void keepOn(int seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(seconds);
    }

    /** Sends nothing more, and waits for what is under way. */
    @Override
    public void close() throws InterruptedException {
        clock.shutdownNow();
        clock.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int before = -1; before != answers.size() && System.nanoTime() < end; ) {
            before = answers.size();
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }
}
