package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void pausesDoubleUpToTheLongestAndVaryByAQuarter() {
        Backoff backoff = new Backoff(50, 10_000);
        assertEquals(50, backoff.pause(0, 0.5));
        assertEquals(100, backoff.pause(1, 0.5));
        assertEquals(6_400, backoff.pause(7, 0.5));
        assertEquals(10_000, backoff.pause(8, 0.5));
        assertEquals(10_000, backoff.pause(Integer.MAX_VALUE, 0.5));
        assertEquals(7_500, backoff.pause(8, 0));
        assertEquals(12_500, backoff.pause(8, 1));
    }
}
