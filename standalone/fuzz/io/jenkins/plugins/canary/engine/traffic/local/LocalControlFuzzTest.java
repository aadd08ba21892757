package io.jenkins.plugins.canary.engine.traffic.local;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Map;

/** What claims to be a weighted proxy's control address. */
class LocalControlFuzzTest {

    private static final URI CONTROL = URI.create("http://127.0.0.1:9999");

    @FuzzTest
    @DictionaryEntries({
        "{\"weight\":",
        "\"promoted\":true",
        "\"canaryRequests\":",
        "\"stableRequests\":",
        "\"draining\":",
        "1e999",
        "-1",
        "99999999999999999999"
    })
    void weight(byte[] input) {
        Fuzz.bytes(
                input,
                body -> {
                    HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
                    Observation seen = LocalControlRouter.read(
                            CONTROL,
                            LocalControlRouter.parse(
                                    CONTROL, "GET /weight", new HttpAnswer(CONTROL, 200, none, body, true)));
                    assertTrue(seen.requests().canary() >= 0 && seen.requests().stable() >= 0);
                    return true;
                },
                RouterException.class);
    }
}
