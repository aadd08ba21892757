package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What strangers post where Flagger asks. */
class FlaggerGatesFuzzTest {

    private static final String TOKEN = "0123456789abcdef";

    @FuzzTest
    @DictionaryEntries({
        "{\"name\":\"api\",\"namespace\":\"shop\",",
        "\"metadata\":{\"token\":\"0123456789abcdef\"}}",
        "\"token\":null",
        "\"token\":[]",
        "\"token\":\"\""
    })
    void body(byte[] input) {
        Fuzz.bytes(input, body -> {
            Runnable close = FlaggerGates.open("shop", "api", TOKEN, hook -> null);
            try {
                int status = FlaggerGates.answer("rollback", body).status();
                assertTrue(Set.of(200, 400, 401, 413).contains(status), () -> "status " + status);
                // A token may be written with escapes; without any it stands there as it is.
                String text = new String(body, StandardCharsets.UTF_8);
                assertTrue(status != 200 || text.contains(TOKEN) || text.contains("\\u"), text);
                return status == 200;
            } finally {
                close.run();
            }
        });
    }
}
