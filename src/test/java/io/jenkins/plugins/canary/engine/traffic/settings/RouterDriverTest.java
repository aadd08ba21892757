package io.jenkins.plugins.canary.engine.traffic.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterDriverTest {

    @Test
    void aDriverIsFoundByItsKey() {
        assertEquals("http", RouterDriver.named("http").orElseThrow().name());
        assertEquals(Optional.empty(), RouterDriver.named("ftp"));
        assertTrue(RouterDriver.all().size() > 5, () -> RouterDriver.all().toString());
    }

    /** A thousand plans are read when a controller starts: each search goes through all jars of its class loaders. */
    @Test
    void driversAreLookedForOnce() {
        assertSame(
                RouterDriver.named("http").orElseThrow(),
                RouterDriver.named("http").orElseThrow());
    }
}
