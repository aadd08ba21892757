package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Saveable;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SaveThrottleTest {

    private static final long MINUTE = 60_000;

    private final VirtualServices clock = new VirtualServices(1);
    private final long began = clock.now();
    private final List<Long> saved = new ArrayList<>();
    private final Saveable build = () -> saved.add(clock.now() - began);
    private final SaveThrottle throttle =
            new SaveThrottle(clock::now, (millis, task) -> clock.at(clock.now() + millis, task));

    @Test
    void theFirstChangeIsSavedAtOnceAndMoreOfThemAMinuteLater() {
        throttle.soon(build);
        clock.advance(100);
        throttle.soon(build);
        clock.advance(100);
        throttle.soon(build);
        assertEquals(List.of(0L), saved);

        clock.advance(10 * MINUTE);
        assertEquals(List.of(0L, MINUTE), saved);
    }

    @Test
    void whateverHappensNoTwoOfThemAreWithinAMinute() {
        for (int i = 0; i < 1_000; i++) {
            throttle.soon(build);
            clock.advance(1_300);
        }
        clock.advance(2 * MINUTE);

        for (int i = 1; i < saved.size(); i++) {
            assertEquals(true, saved.get(i) - saved.get(i - 1) >= MINUTE, saved::toString);
        }
        assertEquals(23, saved.size());
    }

    @Test
    void afterAQuietMinuteAChangeIsSavedAtOnce() {
        throttle.soon(build);
        clock.advance(2 * MINUTE);
        throttle.soon(build);
        assertEquals(List.of(0L, 2 * MINUTE), saved);
    }

    @Test
    void whatCannotWaitIsSavedAtOnceAndTheRestAMinuteAfterIt() {
        throttle.soon(build);
        clock.advance(MINUTE / 2);
        throttle.soon(build);
        throttle.now(build);
        assertEquals(List.of(0L, MINUTE / 2), saved);

        throttle.soon(build);
        clock.advance(10 * MINUTE);
        assertEquals(List.of(0L, MINUTE / 2, MINUTE * 3 / 2), saved);
    }

    @Test
    void aSlowDiskDoesNotShortenTheMinute() {
        Saveable slow = () -> {
            if (saved.isEmpty()) {
                clock.advance(MINUTE / 4);
            }
            saved.add(clock.now() - began);
        };
        throttle.soon(slow);
        throttle.soon(slow);
        clock.advance(10 * MINUTE);
        assertEquals(2, saved.size());
        assertEquals(true, saved.get(1) - saved.get(0) >= MINUTE, saved::toString);
    }

    @Test
    void buildsDoNotWaitForEachOther() {
        List<Long> others = new ArrayList<>();
        throttle.soon(build);
        throttle.soon(() -> others.add(clock.now() - began));
        assertEquals(List.of(0L), saved);
        assertEquals(List.of(0L), others);
    }

    @Test
    void whatWaitsIsSavedWhenTheControllerStops() {
        throttle.soon(build);
        throttle.soon(build);
        throttle.close();
        assertEquals(List.of(0L, 0L), saved);

        throttle.soon(build);
        throttle.soon(build);
        assertEquals(List.of(0L, 0L, 0L, 0L), saved);
        clock.advance(10 * MINUTE);
        assertEquals(4, saved.size());
    }

    @Test
    void nothingIsKeptOfABuildThatRests() {
        throttle.soon(build);
        clock.advance(2 * MINUTE);
        assertEquals(0, throttle.resting());
    }
}
