package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code canary probe} against a little server. */
class ProbeCommandTest {

    @TempDir
    private Path dir;

    private HttpServer server;
    private Path plan;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good", e -> {
            e.sendResponseHeaders(204, -1);
            e.close();
        });
        server.start();
        String at = "127.0.0.1:" + server.getAddress().getPort();
        plan = Files.writeString(dir.resolve("plan.yaml"), """
                name: api
                traffic: { haproxy: { socket: /run/haproxy.sock, backend: b, canary: c, stable: s } }
                phases: [ { name: Full, weight: 100 } ]
                probes:
                  allow: [ "%s" ]
                  canary: { url: "http://%s" }
                  run:
                    good: { http: { path: /good, requests: 3 } }
                    bad: { http: { path: /bad } }
                """.formatted(at, at));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void saysWhatWasMetAndWhatWasNot() {
        Cli.run("probe", plan, "good")
                .exits(0)
                .says("PASS good on canary: 3 requests", "pass every request is answered");
        Cli.run("probe", plan).exits(1).says("PASS good", "FAIL bad", "fail no other status: also 1 x 404");
    }

    @Test
    void printsResultsAsJson() throws Exception {
        JsonNode results = new ObjectMapper()
                .readTree(Cli.run("probe", plan, "--json").exits(1).out());
        assertEquals(2, results.size());
        assertEquals("PASS", results.get(0).path("outcome").asText());
        assertEquals(3, results.get(0).path("statuses").path("204").asInt());
        assertTrue(results.get(0).path("latency").path("p99").asDouble() > 0);
    }

    @Test
    void saysWhatThereIs() {
        assertTrue(Cli.run("probe", plan, "other")
                .exits(2)
                .err()
                .contains("the plan has no probe other; it has good, bad"));
        Cli.run("probe", plan, "--track", "stable")
                .exits(3)
                .says("the plan does not say where the stable track is reached");
    }
}
