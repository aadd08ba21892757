package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectabilityOptionsTest {

    private static final String PLAN = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:1", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: First, weight: 5, hold: 5m }
              - { name: Full, weight: 100 }
            gate: [ { metric: error-rate, max: 1%, window: 5m } ]
            abort: [ { metric: error-rate, max: 5% } ]
            """;

    @TempDir
    private Path dir;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("check", Files.writeString(dir.resolve("p.yaml"), PLAN).toString()));
        words.addAll(List.of(options));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    }

    @Test
    void saysWhatAPhaseWouldSee() throws Exception {
        assertEquals(0, check("--rps", "20", "--error-rate", "0.2%"));
        assertTrue(out.toString().contains("First, error-rate <= 1%: 5% for 5m at 20/s: 300 requests; only a rise of the error "
                + "rate above 2.56% is likely to be seen"), out.toString());
        assertTrue(out.toString().contains("warning: blind to an error rate of 1%: "), out.toString());
    }

    @Test
    void asJson() throws Exception {
        assertEquals(0, check("--rps", "2000", "--error-rate", "0.002", "--json"));
        JsonNode line = new ObjectMapper().readTree(out.toString()).path("detectability").get(0);
        assertEquals("First", line.path("phase").asText());
        assertTrue(line.path("caught").doubleValue() < 0.015, out.toString());
    }

    @Test
    void saysWhatItNeedsToKnow() throws Exception {
        assertEquals(2, check("--rps", "20"));
        assertTrue(err.toString().contains("--error-rate, which is not given; give it, or --measure"), err.toString());
        assertEquals(2, check("--rps", "20", "--error-rate", "120%"));
        assertEquals(2, check("--rps", "-1", "--error-rate", "1%"));
        assertEquals(2, check("--rps", "20", "--error-rate", "1%", "--latency-median", "1s", "--latency-p99", "1s"));
    }

    @Test
    void aServerThatCannotBeReadIsNamed() throws Exception {
        assertEquals(2, check("--measure"));
        assertTrue(err.toString().contains("--rps") && err.toString().contains("127.0.0.1:1"), err.toString());
    }
}
