package io.jenkins.plugins.canary.engine.metric.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.scrape.Exposition.Format;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionTest {

    @Test
    void theTextFormat() throws MetricException {
        List<Sample> found = text("""
                # HELP http_requests_total Total "requests" with a \\n in it.
                # TYPE http_requests_total counter
                http_requests_total{method="post",code="200"} 1027 1395066363000
                http_requests_total{method="post",code="400",}    3 1395066363000

                # a comment
                path{p="C:\\\\DIR\\\\",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
                \tbare 12.47
                weird{problem="division by zero"} +Inf -3982045
                nothing NaN
                empty{} -Inf
                rpc_bucket{le="+Inf"} 2e3
                {"dotted.name",a="b"} 7
                """);
        assertEquals(
                List.of(
                        new Sample(
                                "http_requests_total", Map.of("method", "post", "code", "200"), 1027, 1395066363000L),
                        new Sample("http_requests_total", Map.of("method", "post", "code", "400"), 3, 1395066363000L),
                        new Sample(
                                "path",
                                Map.of("p", "C:\\DIR\\", "error", "Cannot find file:\n\"FILE.TXT\""),
                                1.458255915e9,
                                null),
                        new Sample("bare", Map.of(), 12.47, null),
                        new Sample("weird", Map.of("problem", "division by zero"), Double.POSITIVE_INFINITY, -3982045L),
                        new Sample("nothing", Map.of(), Double.NaN, null),
                        new Sample("empty", Map.of(), Double.NEGATIVE_INFINITY, null),
                        new Sample("rpc_bucket", Map.of("le", "+Inf"), 2000, null),
                        new Sample("dotted.name", Map.of("a", "b"), 7, null)),
                found);
    }

    @Test
    void openMetricsHasTimesInSecondsAndExemplars() throws MetricException {
        List<Sample> found = Exposition.read("""
                # TYPE foo counter
                # UNIT foo_seconds seconds
                foo_total{a="x # y"} 17.0 1520879607.789 # {trace_id="oHg5SJ#YRHA0"} 9.8 1520879607.789
                foo_created 1520430000.123
                foo_bucket{le="0.01"} 0
                foo_bucket{le="0.1"} 8 # {} 0.054
                # EOF
                """, Format.OPEN_METRICS, n -> !n.endsWith("_created"), 100);
        assertEquals(
                List.of(
                        new Sample("foo_total", Map.of("a", "x # y"), 17, 1520879607789L),
                        new Sample("foo_bucket", Map.of("le", "0.01"), 0, null),
                        new Sample("foo_bucket", Map.of("le", "0.1"), 8, null)),
                found);
    }

    @Test
    void anOpenMetricsPageThatIsCutOffIsNoticed() {
        String says = assertThrows(
                        MetricException.class,
                        () -> Exposition.read("foo_total 1\n", Format.OPEN_METRICS, n -> true, 9))
                .getMessage();
        assertTrue(says.contains("cut off"), says);
    }

    @Test
    void linesOfOtherMetricsAreNotKept() throws MetricException {
        assertEquals(
                1,
                Exposition.read("a 1\nb 2\na{x=\"1\"} 3\n", Format.TEXT, "b"::equals, 1)
                        .size());
    }

    @Test
    void tooManySeriesAreRefused() {
        String says = assertThrows(
                        MetricException.class, () -> Exposition.read("a 1\nb 2\nc 3\n", Format.TEXT, n -> true, 2))
                .getMessage();
        assertTrue(says.contains("more than 2 series"), says);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "<html> | a metric name is expected",
                "a | a value is expected",
                "a{ 1 | a label's name is expected",
                "a{b} 1 | '=' is expected",
                "a{b=\"c} 1 | '\"' is expected",
                "a{b=\"c\" d=\"e\"} 1 | ',' is expected",
                "a{b=\"1\",b=\"2\"} 1 | there twice",
                "a 0x10 | a value is expected at character 3",
                "a 1 x | a time is expected",
                "a 1 2 3 | nothing is expected",
                "{b=\"c\"} 1 | there is no metric name",
                "a 1 # {} 1 | nothing is expected",
            })
    void mistakesNameTheLine(String line, String expected) {
        String says = assertThrows(MetricException.class, () -> text("ok 1\n" + line + "\n"))
                .getMessage();
        assertTrue(says.startsWith("line 2 is no sample") && says.contains(expected), says);
    }

    @Test
    void whatIsWrittenIsReadBack() throws MetricException {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Format format = random.nextBoolean() ? Format.TEXT : Format.OPEN_METRICS;
            List<Sample> samples = new ArrayList<>();
            StringBuilder page = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--) {
                Sample sample = PageWriter.random(random);
                samples.add(sample);
                PageWriter.write(page, sample, format, random);
            }
            page.append(format == Format.OPEN_METRICS ? "# EOF\n" : "");
            assertEquals(samples, Exposition.read(page.toString(), format, n -> true, 100), "seed " + seed);
        }
    }

    @Test
    void noPageWhateverCrashesTheReader() {
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            String page = random.nextBoolean() ? noise(random) : damaged(random);
            for (Format format : Format.values()) {
                try {
                    Exposition.read(page, format, n -> true, 50);
                } catch (MetricException expected) {
                    assertTrue(expected.getMessage().length() < 500, "seed " + seed + ": " + expected.getMessage());
                }
            }
        }
    }

    private static String noise(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String damaged(Random random) {
        StringBuilder page = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            PageWriter.write(page, PageWriter.random(random), Format.TEXT, random);
        }
        String signs = "{}\",=\\# \n0aN+\u0000";
        for (int i = random.nextInt(6); i >= 0 && page.length() > 1; i--) {
            int at = random.nextInt(page.length());
            switch (random.nextInt(3)) {
                case 0 -> page.deleteCharAt(at);
                case 1 -> page.insert(at, signs.charAt(random.nextInt(signs.length())));
                default -> page.setLength(Math.max(1, at));
            }
        }
        return page.toString();
    }

    private static List<Sample> text(String page) throws MetricException {
        return Exposition.read(page, Format.TEXT, n -> true, 100);
    }
}
