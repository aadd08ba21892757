package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
        return run(PLAN, options);
    }

    private int run(String plan, String... options) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("check", Files.writeString(dir.resolve("p.yaml"), plan).toString()));
        words.addAll(List.of(options));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    }

    private String row(String start) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + start + " in\n" + out));
    }

    @Test
    void aTableSaysWhatAPhaseWouldSee() throws Exception {
        assertEquals(0, check("--rps", "20", "--error-rate", "0.2%"));
        assertEquals(
                "phase|criterion|requests|smallest harm seen (95%)|good releases stopped",
                row("phase").replaceAll(" {2,}", "|"));
        assertEquals(
                "First (5% for 5 min)|error-rate <= 1%|300|error rate 2.56%|0.331%|[1]",
                row("First").replaceAll(" {2,}", "|"));
        assertTrue(row("  [1]").startsWith("  [1] First: misses an error rate of 1%: hold for "), out.toString());
        assertEquals("remedies:", row("remedies"));
        assertFalse(out.toString().contains("likely to be seen"), out.toString());
    }

    /** A remedy that several phases need is one line, whatever their shares of good releases are. */
    @Test
    void phasesShareTheirRemedies() throws Exception {
        assertEquals(
                0,
                run(
                        PLAN.replace(
                                        "  - { name: Full",
                                        "  - { name: Second, weight: 10, hold: 10m }\n  - { name: Full")
                                .replace("max: 1%, window", "max: 0.1%, window"),
                        "--rps",
                        "200",
                        "--error-rate",
                        "0.2%"));
        assertTrue(row("First").endsWith(" [1]") && row("Second").endsWith(" [1]"), out.toString());
        assertEquals(
                "  [1] First, Second: stops more than 5% of good releases: allow more, look back further, or compare with "
                        + "stable by a test",
                row("  [1]"));
    }

    @Test
    void aPhaseThatSeesNothingIsARow() throws Exception {
        assertEquals(
                0,
                run(
                        PLAN.replace("{ metric: error-rate, max: 1%, window: 5m }", "{ metric: request-rate, min: 1 }"),
                        "--rps",
                        "20",
                        "--error-rate",
                        "0.2%"));
        assertEquals(
                "First (5% for 5 min)|-|300|none|-|[1]", row("First").trim().replaceAll(" {2,}", "|"));
        assertTrue(row("  [1]").contains("add { metric: error-rate, versusStable: { test: counts } }"), out.toString());
    }

    @Test
    void asJson() throws Exception {
        assertEquals(0, check("--rps", "20", "--error-rate", "0.002", "--json"));
        JsonNode line = new ObjectMapper()
                .readTree(out.toString())
                .path("detectability")
                .get(0);
        assertEquals("First", line.path("phase").asText());
        assertEquals(0.0256, line.path("caught").doubleValue(), 1e-4, out.toString());
        List<String> keys = new ArrayList<>();
        line.fieldNames().forEachRemaining(keys::add);
        assertEquals(List.of("phase", "criterion", "caught", "falseStops", "says", "warning"), keys);
    }

    @Test
    void saysWhatItNeedsToKnow() throws Exception {
        assertEquals(2, check("--rps", "20"));
        assertTrue(err.toString().contains("--error-rate, which is missing; give it, or --measure"), err.toString());
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
