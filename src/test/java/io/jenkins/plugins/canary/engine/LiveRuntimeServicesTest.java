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
        try (LiveRuntimeServices services = new LiveRuntimeServices()) {
            CountDownLatch ran = new CountDownLatch(1);
            long due = services.now() + 20;
            long[] at = new long[1];
            services.at(due, () -> {
                at[0] = services.now();
                ran.countDown();
            });
            assertTrue(ran.await(10, TimeUnit.SECONDS));
            assertTrue(at[0] >= due, () -> "ran " + (due - at[0]) + " ms early");
        }
    }

    @Test
    void dropsWhatIsAskedForAfterItsEnd() {
        LiveRuntimeServices services = new LiveRuntimeServices();
        services.close();
        AtomicInteger ran = new AtomicInteger();
        assertDoesNotThrow(() -> services.at(services.now(), ran::incrementAndGet));
        assertDoesNotThrow(() -> services.decisions().execute(ran::incrementAndGet));
        assertDoesNotThrow(() -> services.routerCalls().execute(ran::incrementAndGet));
        assertEquals(0, ran.get());
    }
}
