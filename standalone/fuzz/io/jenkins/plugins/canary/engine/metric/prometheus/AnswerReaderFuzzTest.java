package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What claims to be Prometheus. */
class AnswerReaderFuzzTest {

    private static boolean read(byte[] body, int status, boolean range) throws MetricException {
        HttpHeaders headers = HttpHeaders.of(Map.of(), (name, value) -> true);
        QueryResult result = new AnswerReader(
                        new HttpAnswer(URI.create("http://prometheus:9090/"), status, headers, body, true), range)
                .read();
        assertEquals(200, status, "only a good answer has a result");
        assertTrue(result.notes().size() <= 20);
        Set<Map<String, String>> labels = new HashSet<>();
        result.series().forEach(s -> {
            assertEquals(s.millis().length, s.values().length);
            assertTrue(labels.add(s.labels()), "no series is there twice");
            assertTrue(range || s.values().length == 1, "one value for an instant");
            for (int i = 1; i < s.millis().length; i++) {
                assertTrue(s.millis()[i] > s.millis()[i - 1], "times rise");
            }
        });
        return true;
    }

    @FuzzTest
    @DictionaryEntries({
        "\"status\":\"success\"",
        "\"data\":{\"resultType\":\"vector\",\"result\":[",
        "\"resultType\":\"scalar\"",
        "{\"metric\":{},\"value\":[1,\"2\"]}",
        "\"warnings\":[",
        "\"infos\":[",
        "\"isPartial\":true",
        "\"histogram\":",
        "NaN",
        "+Inf",
        "1e999"
    })
    void instant(byte[] input) {
        Fuzz.bytes(input, body -> read(body, 200, false), MetricException.class);
    }

    @FuzzTest
    @DictionaryEntries({
        "\"status\":\"success\"",
        "\"data\":{\"resultType\":\"matrix\",\"result\":[",
        "{\"metric\":{},\"values\":[[1,\"2\"],[2,\"3\"]]}"
    })
    void range(byte[] input) {
        Fuzz.bytes(input, body -> read(body, 200, true), MetricException.class);
    }

    @FuzzTest
    @DictionaryEntries({"\"status\":\"error\"", "\"errorType\":", "\"error\":", "<html>", "<title>", "</title>"})
    void refusal(byte[] input) {
        Fuzz.bytes(input, body -> read(body, 503, false), MetricException.class);
    }
}
