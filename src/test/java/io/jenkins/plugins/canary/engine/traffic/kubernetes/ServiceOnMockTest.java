package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceOnMockTest extends ServiceContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    /** A process that dies at each of its writes, before or after it was done; another one ends what it began. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void whoeverComesNextGoesOn(boolean done, boolean takesBack) throws Exception {
        for (long write = 0; ; write++) {
            MockWorld mock = (MockWorld) world();
            mock.dieAt(write, done);
            boolean alive = true;
            try (TrafficRouter first = open("0s")) {
                promoteOnce(first);
            } catch (RouterException died) {
                alive = false;
            }
            mock.heal();
            try (TrafficRouter second = open("0s")) {
                if (takesBack) {
                    rollBack(second);
                } else {
                    promote(second);
                }
            }
            String at = "after dying at write " + write;
            assertEquals(takesBack ? "blue" : "green", selected("api"), at);
            assertEquals(takesBack ? 2 : 0, replicas("api-blue"), at);
            if (alive) {
                assertTrue(write >= 6, "only " + write + " writes");
                return;
            }
            end();
            begin();
        }
    }

    private void promoteOnce(TrafficRouter router) throws Exception {
        router.shift(io.jenkins.plugins.canary.engine.Weight.FULL);
        while (!router.observe().promoted()) {
            router.promote("v2");
            world().moveOn();
        }
    }
}
