package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real requests by sixteen users at once. */
@Timeout(240)
class WeightedProxyLoadTest {

    private static final int USERS = 16;

    private ProxyFixture world;
    private ExecutorService users;

    @BeforeEach
    void start() throws Exception {
        world = new ProxyFixture();
        users = Executors.newFixedThreadPool(USERS);
    }

    @AfterEach
    void stop() throws Exception {
        users.shutdownNow();
        assertTrue(users.awaitTermination(60, TimeUnit.SECONDS));
        world.close();
    }

    private void together(Callable<Void> user) throws Exception {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            all.add(users.submit(user));
        }
        for (Future<Void> one : all) {
            one.get(200, TimeUnit.SECONDS);
        }
    }

    /** 20,000 requests in five weights of 4,000; what the services served is counted, not what the proxy says. */
    @Test
    void theSplitIsExactUnderConcurrency() throws Exception {
        for (double percent : new double[] {0.1, 5, 12.5, 50, 99.9}) {
            world.proxy.shift(Weight.ofPercent(percent));
            int before = world.canary.served();
            together(() -> {
                for (int i = 0; i < 4000 / USERS; i++) {
                    assertEquals(200, world.get("/").statusCode());
                }
                return null;
            });
            assertEquals(Math.round(percent * 40), world.canary.served() - before, percent + "%");
        }
        assertEquals(20_000, world.canary.served() + world.stable.served());
        ProxyState state = world.proxy.state();
        assertEquals(world.canary.served(), state.canaryRequests());
        assertEquals(world.stable.served(), state.stableRequests());
    }

    /** Up, down, to nothing and back, hundreds of times, draining and closing connections each time: no request fails. */
    @Test
    void noRequestIsLostWhileTheWeightChanges() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread shifter = new Thread(() -> {
            int[] weights = {0, 50, 1000, 0, 500, 999, 1000, 1};
            for (int i = 0; !over.get(); i++) {
                world.proxy.shift(new Weight(weights[i % weights.length]));
                Thread.onSpinWait();
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
        });
        shifter.start();
        try {
            together(() -> {
                for (int i = 0; i < 300; i++) {
                    assertEquals(200, world.get("/").statusCode());
                }
                return null;
            });
        } finally {
            over.set(true);
            shifter.join();
        }
        assertEquals(USERS * 300, world.canary.served() + world.stable.served());
        world.proxy.shift(Weight.ZERO);
        assertTrue(world.proxy.state().drained());
    }
}
