package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KayentaCommandTest {

    private static final String EXAMPLE = "../examples/kayenta.json";

    @TempDir
    private Path folder;

    @Test
    void aPlaceholderIsAskedForAndNeverCopied() {
        Cli.Ended end =
                Cli.run("kayenta", EXAMPLE).exits(1).says("to do: fill in ${scope}, in error rate, latency p99");
        assertFalse(end.out().contains("${"), end.out());
        assertTrue(end.out().contains("gate:"), end.out());
    }

    @Test
    void whatIsGivenMakesItComplete() {
        Cli.Ended end =
                Cli.run("kayenta", EXAMPLE, "--arg", "scope={{version}}").exits(0);
        assertFalse(end.err().contains("to do"), end.err());
        assertTrue(end.out().contains("version=\"{{version}}\""), end.out());
    }

    @Test
    void nothingCarriedOverIsNoGate() throws IOException {
        Path file = folder.resolve("datadog.json");
        Files.writeString(file, """
                { "metrics": [ { "name": "dd", "groups": ["E"], "query": { "type": "datadog", "metricName": "avg:x" } } ],
                  "classifier": { "groupWeights": { "E": 100 }, "scoreThresholds": { "pass": 95, "marginal": 75 } } }""");
        Cli.Ended end = Cli.run("kayenta", file).exits(1).says("no gate").says("'datadog' for metricName 'avg:x'");
        assertEquals("", end.out());
    }
}
