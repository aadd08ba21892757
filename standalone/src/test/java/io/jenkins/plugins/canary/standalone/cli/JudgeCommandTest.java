package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeCommandTest {

    private static final String AROUND_100 = numbers(100);

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static String numbers(double centre) {
        return DoubleStream.iterate(-10, d -> d <= 10, d -> d + 0.5)
                .mapToObj(d -> String.valueOf(centre + d + 3 * Math.sin(7 * d)))
                .collect(Collectors.joining("\n"));
    }

    private int judge(String control, String experiment, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "judge",
                "--control",
                Files.writeString(dir.resolve("control.csv"), control).toString(),
                "--experiment",
                Files.writeString(dir.resolve("experiment.csv"), experiment).toString()));
        words.addAll(List.of(options));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void aSlowerCanaryIsHigh() throws Exception {
        assertEquals(1, judge(AROUND_100, numbers(140), "--json"));
        assertEquals("HIGH", json().path("verdict").asText());
        assertEquals(40, json().path("estimate").doubleValue(), 2);
        assertTrue(json().path("interval").get(0).doubleValue() > 25, out.toString());
        assertTrue(json().path("pValue").doubleValue() < 1e-6, out.toString());
        assertEquals(41, json().path("n").path("canary").intValue());
        assertTrue(json().path("explanation").asText().contains("beyond"), out.toString());
        TreeSet<String> keys = new TreeSet<>();
        json().fieldNames().forEachRemaining(keys::add);
        assertTrue(
                keys.containsAll(List.of("verdict", "estimate", "interval", "pValue", "effect", "n", "explanation")));
    }

    @ParameterizedTest
    @CsvSource({
        "140, either, 0.25, 1, HIGH",
        "140, increase, 0.25, 1, HIGH",
        "140, decrease, 0.25, 0, PASS",
        "60, either, 0.25, 1, LOW",
        "60, increase, 0.25, 0, PASS",
        "110, either, 0.25, 0, PASS",
        "110, either, 0.01, 1, HIGH",
    })
    void directionAndToleranceDecide(double centre, String direction, String tolerance, int exit, String verdict)
            throws Exception {
        assertEquals(exit, judge(AROUND_100, numbers(centre), "--direction", direction, "--tolerance", tolerance));
        assertTrue(out.toString().startsWith(verdict + ": "), out.toString());
    }

    @Test
    void countsSeeThreeErrorsInFortyAndForgiveOne() throws Exception {
        assertEquals(1, judge("failures,total\n0,4000", "failures,total\n3,40", "--test", "counts"));
        assertEquals(0, judge("0,4000", "1,40", "--test", "counts"));
    }

    @Test
    void sequentialSaysWhenItHasNotSeenEnough() throws Exception {
        assertEquals(3, judge("1,100\n1,100", "1,100\n1,100", "--test", "sequential", "--json"));
        assertEquals("NODATA", json().path("verdict").asText());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\"",
                "5",
                "\"NaN\nNaN\nNaN\nNaN\nNaN\nNaN\"",
                "\"1\n2\n3\n4\"",
            })
    void tooLittleIsNoData(String experiment) throws Exception {
        assertEquals(3, judge(AROUND_100, experiment, "--json"));
        assertEquals("NODATA", json().path("verdict").asText());
        assertTrue(json().path("estimate").isNull());
        assertTrue(json().path("explanation").asText().contains("canary"), out.toString());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "mannWhitney, \"1\ntwo\n3\", \"line 2: 'two' is not a number\"",
                "mannWhitney, \"1\ninf\", line 2: 'inf' is infinite",
                "counts, \"5,3\", more failures than requests",
                "counts, \"-1,3\", counts are not negative",
            })
    void unreadableFilesAreNamedByLine(String test, String experiment, String says) throws Exception {
        assertEquals(2, judge(test.equals("counts") ? "0,10" : AROUND_100, experiment, "--test", test));
        assertTrue(err.toString().contains("experiment.csv") && err.toString().contains(says), err.toString());
    }

    private static String rows(double centre, String head, String row) {
        StringBuilder out = new StringBuilder(head);
        int[] n = {0};
        numbers(centre).lines().forEach(v -> out.append(row.formatted(n[0]++, v)));
        return out.toString();
    }

    /** As Grafana and spreadsheets export them: a dialect is read like the plain file, or refused with its place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "§§ | %2$s\\n | §§",
                "§§ | %2$s\\r\\n | §§",
                "BOMtime,value\\n | %1$d,%2$s\\n | §§",
                "\"Time\",\"Value\"\\n | \"2026-01-01 10:%1$02d:00\",%2$s\\n | §§",
                "\"series, name\",value\\n | \"api, p99\",%2$s\\n | §§",
                "time,value\\n0,null\\n0,NaN\\n | %1$d,%2$s\\n | §§",
                "\"Time\",\"api p99\"\\n | \"2026-01-01 10:%1$02d:00\",\"%2$s ms\"\\n | none of the columns time, api p99 is called 'value'",
                "time;value\\n | %1$d;1,5\\n | line 2: 3 columns instead of 2",
                "value\\n+Inf\\n | %2$s\\n | line 2: '+Inf' is infinite",
            })
    void dialectsAreReadOrRefusedAndNeverMisread(String head, String row, String refusal) throws Exception {
        String h = (head == null ? "" : head).translateEscapes().replace("BOM", "\uFEFF");
        String r = row.translateEscapes();
        int exit = judge(rows(100, h, r), rows(140, h, r), "--direction", "increase", "--json");
        if (refusal == null || refusal.isEmpty()) {
            assertEquals(1, exit, err.toString());
            assertEquals(40, json().path("estimate").doubleValue(), 2);
        } else {
            assertEquals(2, exit, out.toString());
            assertTrue(err.toString().contains(refusal), err.toString());
        }
    }

    @Test
    void aFileInAnotherCharacterSetIsRefused() throws Exception {
        Path utf16 = Files.writeString(dir.resolve("utf16.csv"), "value\n" + AROUND_100, StandardCharsets.UTF_16);
        String file = utf16.toString();
        Cli.run("judge", "--control", file, "--experiment", file).exits(2).says("utf16.csv is not UTF-8 text");
    }

    @ParameterizedTest
    @CsvSource({
        "--tolerance, -1",
        "--confidence, 1",
        "--confidence, 0.3",
        "--test, tTest",
        "--direction, up",
        "--floor, 1",
        "--experiment, /nowhere/at-all"
    })
    void wrongUsageIsExitTwo(String option, String value) throws Exception {
        List<String> options = new ArrayList<>(List.of(option, value));
        if (option.equals("--floor")) {
            options.addAll(List.of("--test", "counts"));
        }
        assertEquals(
                2,
                option.equals("--experiment")
                        ? Main.run(
                                new PrintWriter(out, true),
                                new PrintWriter(err, true),
                                "judge",
                                "--control",
                                value,
                                option,
                                value)
                        : judge(
                                option.equals("--floor") ? "0,100" : AROUND_100,
                                option.equals("--floor") ? "0,90" : AROUND_100,
                                options.toArray(String[]::new)));
        assertTrue(!err.toString().isBlank() && !err.toString().contains("\tat "), err.toString());
    }
}
