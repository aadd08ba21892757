package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceCommandsTest {

    @TempDir
    private Path dir;

    private Path journal;

    @BeforeEach
    void roll() throws Exception {
        journal = dir.resolve("canary/shop.jsonl");
        try (FakeRelease release = FakeRelease.inFile(PlanReader.read("""
                name: shop
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: Half, weight: 50, hold: 2m }, { name: Full, weight: 100 } ]
                gate: [ { metric: success-rate, min: 99% } ]
                abort: [ { metric: error-rate, max: 5% } ]
                """), journal)) {
            release.pass(5, 0);
        }
    }

    @Test
    void verifySaysWhichLineWasChanged() throws Exception {
        JsonNode whole = Cli.run("verify", journal, "--json").exits(0).json();
        assertTrue(whole.path("whole").asBoolean());
        Cli.run("verify", dir)
                .exits(0)
                .says(
                        "unchanged: " + whole.path("lines").asLong() + " lines",
                        whole.path("head").asText());
        Cli.run("verify", journal, "--head", whole.path("head").asText()).exits(0);
        Cli.run("verify", journal, "--head", "0".repeat(64)).exits(1).says("was expected");
        Files.writeString(
                journal,
                Files.readString(journal).replaceFirst("\"shiftApplied\",\"at\":1", "\"shiftApplied\",\"at\":2"));
        Cli.run("verify", journal).exits(1).says(journal + ":3: ", "is damaged at line 3");
        assertEquals(
                3,
                Cli.run("verify", journal, "--json")
                        .exits(1)
                        .json()
                        .path("line")
                        .asLong());
    }

    @Test
    void reportWritesThreeFiles() throws Exception {
        Path out = dir.resolve("out");
        Cli.run("report", journal, "--out", out).exits(0).says("shop.html", "shop.json", "TEST-canary-shop.xml");
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(
                    List.of("TEST-canary-shop.xml", "shop.html", "shop.json"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
        Files.writeString(
                journal,
                Files.readString(journal).replaceFirst("\"shiftApplied\",\"at\":1", "\"shiftApplied\",\"at\":2"));
        Cli.run("report", journal, "--out", out).exits(1).says("damaged at line 3");
        assertTrue(Files.readString(out.resolve("shop.html")).contains("damaged at line 3"));
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        Cli.run("verify", dir.resolve("none")).exits(2).says("there is no file");
        Cli.run("report", Files.createDirectory(dir.resolve("empty"))).exits(2).says("contains no journal");
        Files.copy(journal, journal.resolveSibling("two.jsonl"));
        Cli.run("report", dir).exits(2).says("several journals", "shop.jsonl", "two.jsonl");
        Cli.run("report", journal, "--out", journal).exits(3).says("cannot be written");
    }
}
