package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The clock that really runs: what was asked for in time is done, what comes after its end is dropped without a sound. */
class LiveRuntimeServicesTest {

    @Test
    void runsATaskOnceItsTimeHasCome() throws InterruptedException {
        try (LiveRuntimeServices clockwork = new LiveRuntimeServices()) {
            CountDownLatch ran = new CountDownLatch(1);
            long due = clockwork.now() + 20;
            long[] at = new long[1];
            clockwork.at(due, () -> {
                at[0] = clockwork.now();
                ran.countDown();
            });
            assertTrue(ran.await(10, TimeUnit.SECONDS));
            assertTrue(at[0] >= due, () -> "ran " + (due - at[0]) + " ms early");
        }
    }

    @Test
    void dropsWhatIsAskedForAfterItsEnd() {
        LiveRuntimeServices clockwork = new LiveRuntimeServices();
        clockwork.close();
        AtomicInteger ran = new AtomicInteger();
        assertDoesNotThrow(() -> clockwork.at(clockwork.now(), ran::incrementAndGet));
        assertDoesNotThrow(() -> clockwork.decisions().execute(ran::incrementAndGet));
        assertDoesNotThrow(() -> clockwork.routerCalls().execute(ran::incrementAndGet));
        assertEquals(0, ran.get());
    }
}
