package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No thread decides: the pool refuses its work, or a journal does not return. Time is virtual, threads are real where they hang. */
class HungTickTest {

    private static final long TICK = SamplePlans.INTERVAL.toMillis();
    private static final Logger QUIET = Logger.getLogger("io.jenkins.plugins.canary.engine");

    private final VirtualServices time = new VirtualServices(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger timers = new AtomicInteger();
    private final SimRouter router = new SimRouter(new Random(1), new SimPower(), 0, 0);
    private final List<TickSupervisor.Finding> findings = new ArrayList<>();
    private volatile CountDownLatch hangs;
    private volatile boolean refuses;
    private volatile boolean bad;
    private boolean real;
    private RolloutRun run;

    /** Every task on a thread of its own, or on the test's. */
    private final class Threads implements RuntimeServices {
        @Override
        public long now() {
            synchronized (time) {
                return time.now();
            }
        }

        @Override
        public void at(long millis, Runnable task) {
            synchronized (time) {
                time.at(millis, () -> work(task));
            }
            timers.incrementAndGet();
        }

        @Override
        public void every(long millis, Runnable task) {
            synchronized (time) {
                time.every(millis, task);
            }
        }

        @Override
        public Executor decisions() {
            return task -> {
                if (refuses) {
                    throw new RejectedExecutionException("no thread is left");
                }
                work(task);
            };
        }

        @Override
        public Executor routerCalls() {
            return this::work;
        }

        @Override
        public double random() {
            return 0.5;
        }

        private void work(Runnable task) {
            if (!real) {
                try {
                    task.run();
                } catch (RejectedExecutionException refused) {
                    assertTrue(refuses, "a thread of the pool lives through what its task throws");
                }
                return;
            }
            working.incrementAndGet();
            threads.execute(() -> {
                try {
                    task.run();
                } finally {
                    working.decrementAndGet();
                }
            });
        }
    }

    private void write() {
        CountDownLatch latch = hangs;
        try {
            assertTrue(latch == null || latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(boolean onRealThreads) {
        real = onRealThreads;
        RuntimeServices clock = new Threads();
        run = new RolloutRun(
                SamplePlans.standard(),
                RolloutState.empty(SamplePlans.standard()),
                events -> write(),
                router,
                new FakeSource(q -> FakeSource.service(q, bad ? 0.5 : 0)),
                clock);
        TickSupervisor supervisor = new TickSupervisor(clock);
        supervisor.add(run);
        supervisor.listen(findings::add);
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
        pass(3);
        assertEquals(Weight.ofPercent(5), router.weight);
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            await(() -> working.get() == 0);
            advance();
        }
        await(() -> working.get() == 0);
    }

    private void advance() {
        synchronized (time) {
            time.advance(TICK);
        }
    }

    private static void await(BooleanSupplier holds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "it took too long");
            Thread.onSpinWait();
        }
    }

    private List<TickSupervisor.Kind> found() {
        return findings.stream().map(TickSupervisor.Finding::kind).toList();
    }

    @BeforeEach
    void quiet() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void aJournalThatDoesNotReturnIsToldAndSoIsItsReturn() {
        begin(true);
        hangs = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            next();
        }
        assertEquals(List.of(), found(), "a tick may take its time");
        next();
        next();
        next();
        assertEquals(List.of(TickSupervisor.Kind.STUCK), found());
        assertTrue(
                findings.get(0).silent().toMillis() > 6 * TICK
                        && findings.get(0).silent().toMillis() <= 7 * TICK,
                findings.get(0).silent().toString());
        hangs.countDown();
        pass(2);
        bad = true;
        pass(2);
        assertEquals(List.of(TickSupervisor.Kind.STUCK, TickSupervisor.Kind.RECOVERED), found());
        assertEquals(Weight.ZERO, router.weight, "once it returns, the breach is rolled back");
    }

    /** One interval more, at which a tick begins and cannot be decided. */
    private void next() {
        long begun = run.pulse();
        int timersBefore = timers.get();
        advance();
        await(() -> run.pulse() > begun && timers.get() > timersBefore);
    }

    @Test
    void aPoolThatRefusesWorkDelaysABreachByATick() {
        begin(false);
        refuses = true;
        pass(5);
        bad = true;
        pass(3);
        refuses = false;
        assertEquals(Weight.ZERO, router.weight, "the next tick's timer decides what no thread of the pool did");
        assertEquals(List.of(), found());
    }
}
