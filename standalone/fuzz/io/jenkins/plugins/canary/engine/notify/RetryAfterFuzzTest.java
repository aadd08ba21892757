package io.jenkins.plugins.canary.engine.notify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import java.util.concurrent.TimeUnit;

/** How long the receiver of a notification asks to be left alone. */
class RetryAfterFuzzTest {

    @FuzzTest
    @DictionaryEntries({"120", "999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "+0200"})
    void millis(byte[] input) {
        Fuzz.text(input, text -> {
            long millis = NoticeSender.retryAfter(text, 1_700_000_000_000L);
            assertTrue(millis >= 0 && millis <= TimeUnit.DAYS.toMillis(1), () -> text + " is " + millis);
            return millis > 0;
        });
    }
}
