package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightServerTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final WeightPolicy POLICY = new WeightPolicy(
            new DynamicWeight(Weight.ofPercent(50), 0.5, 0.05),
            0.95,
            Weight.ofPercent(2),
            Weight.ofPercent(10),
            MINUTE,
            MINUTE);

    private final AtomicLong now = new AtomicLong(1_000_000);
    private volatile double canaryLatency = 0.1;
    private volatile double canaryErrors = 0.001;
    private WeightServer server;

    /** Stable answers in 100 ms and fails once in a thousand. */
    private final MetricSource source = new FakeSource(q -> {
        boolean canary = q.track() == Track.CANARY;
        return Reading.of(
                q.metric().name().equals("latency") ? canary ? canaryLatency : 0.1 : canary ? canaryErrors : 0.001);
    });

    @BeforeEach
    void start() throws Exception {
        server = new WeightServer(
                POLICY,
                source,
                () -> Instant.ofEpochMilli(now.get()),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode ask(int status) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + server.address().getPort() + "/weight"))
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(status, answer.statusCode(), answer.body());
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void aHealthyCanaryRisesInStepsAndASickOneFallsAtOnce() throws Exception {
        assertEquals(15.0, ask(200).path("weight").doubleValue());
        assertEquals(15.0, ask(200).path("weight").doubleValue(), "not within the minute");
        now.addAndGet(60_000);
        JsonNode second = ask(200);
        assertEquals(25.0, second.path("weight").doubleValue());
        assertEquals("proceed", second.path("status").asText());
        canaryLatency = 0.14;
        // 5 + max(0.1, exp(-4)) * 45
        assertEquals(9.5, ask(200).path("weight").doubleValue());
    }

    @Test
    void pastAThresholdItIsUnavailableAndSaysWhy() throws Exception {
        canaryErrors = 0.08;
        JsonNode answer = ask(503);
        assertEquals(0, answer.path("weight").intValue());
        assertTrue(answer.path("violated").asText().startsWith("error delta 0.079"), answer.toString());
    }

    @Test
    void withoutDataThereIsNoWeight() throws Exception {
        canaryLatency = Double.NaN;
        JsonNode answer = ask(503);
        assertTrue(answer.path("weight").isMissingNode());
        assertEquals("no data", answer.path("status").asText());
        assertEquals(
                "latency p95 of canary: the value is not a number",
                answer.path("detail").asText());
    }

    @Test
    void slowAskersKeepNobodyFromBeingAnswered() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.address().getPort());
                slow.add(socket);
                socket.getOutputStream().write("GET /wei".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals("proceed", ask(200).path("status").asText());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }
}
