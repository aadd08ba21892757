package io.jenkins.plugins.canary.engine.metric.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.util.List;
import java.util.stream.Collectors;

/** Pages of /metrics: what is read is written out, and read again as the same. */
class ExpositionFuzzTest {

    private static final int MOST = 1_000;

    private static boolean read(String page, Exposition.Format format) throws MetricException {
        List<Sample> read = Exposition.read(page, format, name -> true, MOST);
        assertTrue(read.size() <= MOST);
        String printed = read.stream().map(ExpositionFuzzTest::print).collect(Collectors.joining());
        List<Sample> again = Exposition.read(printed, Exposition.Format.TEXT, name -> true, MOST);
        assertEquals(read, again);
        return !read.isEmpty();
    }

    private static String print(Sample sample) {
        String labels = sample.labels().entrySet().stream()
                .map(l -> "," + quoted(l.getKey()) + "=" + quoted(l.getValue()))
                .collect(Collectors.joining());
        String value = Double.isInfinite(sample.value())
                ? sample.value() > 0 ? "+Inf" : "-Inf"
                : String.valueOf(sample.value());
        return "{" + quoted(sample.name()) + labels + "} " + value
                + (sample.millis() == null ? "" : " " + sample.millis()) + "\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @FuzzTest
    @DictionaryEntries({
        "# TYPE x counter\\x0A",
        "x{a=\"b\"} 1\\x0A",
        "{\"x\",\"a\"=\"b\"} 1 1700000000000\\x0A",
        "\\x5Cn",
        "\\x5C\"",
        "NaN",
        "+Inf",
        "1e999"
    })
    void text(byte[] input) {
        Fuzz.text(input, page -> read(page, Exposition.Format.TEXT), MetricException.class);
    }

    @FuzzTest
    @DictionaryEntries({"# EOF", "x_total 1 # {trace_id=\"1\"} 1\\x0A", "x_created 1\\x0A", " 1700000000.5\\x0A"})
    void openMetrics(byte[] input) {
        Fuzz.text(input, page -> read(page, Exposition.Format.OPEN_METRICS), MetricException.class);
    }
}
