package io.jenkins.plugins.canary.engine.probe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.probe.RateLimitCheck.RateLimitHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The headers of answers to probes, one a line: limit, remaining, reset, Retry-After. */
class RateLimitHeadersFuzzTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final List<String> NAMES =
            List.of("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after", "ratelimit");

    @FuzzTest
    @DictionaryEntries({"100;w=60", "999999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "\\x0A0\\x0A", "-1", " 1 , 2"})
    void headers(byte[] input) {
        Fuzz.text(input, text -> {
            String[] lines = text.split("\n", -1);
            Map<String, String> headers = new HashMap<>();
            for (int i = 0; i < Math.min(lines.length, NAMES.size()); i++) {
                headers.put(NAMES.get(i), lines[i]);
            }
            boolean read = false;
            for (int status : new int[] {200, 429}) {
                ProbeResponse hit = new ProbeResponse(0, 0, 1, NOW, status, headers, null, null, true);
                RateLimitHeaders found = RateLimitHeaders.of(hit, "");
                found.limit().ifPresent(limit -> assertTrue(limit >= 0));
                found.resetAt().ifPresent(at -> assertTrue(at >= 0, "a reset before the epoch"));
                read |= found.limit().isPresent() || found.retryAt().isPresent();
                for (ProbeFinding finding : new RateLimitCheck("", null).check(List.of(hit, hit))) {
                    assertFalse(finding.says().isBlank() || finding.says().length() > 2_000, finding::says);
                }
            }
            return read;
        });
    }
}
