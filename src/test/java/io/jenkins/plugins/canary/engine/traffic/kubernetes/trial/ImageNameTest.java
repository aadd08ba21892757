package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {

    private static final String DIGEST = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "api:1, api:2",
        "api, api:2",
        "registry:5000/shop/api, registry:5000/shop/api:2",
        "registry:5000/shop/api:1, registry:5000/shop/api:2",
        "registry:5000/shop/api:1@sha256:0123, registry:5000/shop/api:2",
        "api@sha256:0123, api:2"
    })
    void theNameStaysAndTheTagIsTheVersion(String running, String wanted) throws Exception {
        assertEquals(wanted, new ImageName(null).of(running, "2"));
    }

    @Test
    void aDigestIsNoTag() throws Exception {
        assertEquals("registry:5000/api@" + DIGEST, new ImageName(null).of("registry:5000/api:1", DIGEST));
    }

    @Test
    void anotherImageIsTakenAsThePlanSays() throws Exception {
        assertEquals("new/api:2", new ImageName("new/api").of("old/api:1", "2"));
        assertEquals("new/api-2:x", new ImageName("new/api-{{version}}:x").of("old/api:1", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "2;rm", "-x", "a/b", "sha256:short", "feature/x"})
    void whatCanBeNoTagIsRefusedForGood(String version) {
        assertTrue(assertThrows(RouterException.class, () -> new ImageName(null).of("api:1", version))
                .permanent());
    }
}
