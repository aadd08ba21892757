package io.jenkins.plugins.canary.standalone.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DemoStackTest {

    private static DemoLoad.Settings load(Duration longest) {
        return new DemoLoad.Settings(200, 256, 7, longest);
    }

    @Test
    void requestsAreSplitAndNoneIsLost() throws Exception {
        try (DemoStack stack = new DemoStack(Scenario.HEALTHY, 60, load(Duration.ofMinutes(2)))) {
            Poll.until("requests come through", () -> stack.stable().served() >= 20);
            assertEquals(0, stack.canary().served());
            stack.proxy().shift(Weight.ofPercent(25));
            Poll.until("the canary gets requests", () -> stack.canary().served() >= 50);
            stack.proxy().shift(Weight.ZERO);
            Poll.until("the proxy has settled", () -> stack.proxy().state().drained());
            long served = stack.canary().served();
            long before = stack.stable().served();
            Poll.until("stable gets requests", () -> stack.stable().served() > before + 40);
            assertEquals(served, stack.canary().served());
            DemoLoad.Counts counts = stack.load();
            assertEquals(0, counts.failed() + counts.broken(), counts.toString());
        }
    }

    @Test
    void theLoadStopsByItself() throws Exception {
        try (DemoStack stack = new DemoStack(Scenario.HEALTHY, 60, load(Duration.ofMillis(500)))) {
            Poll.until(
                    "every request is answered",
                    () -> stack.load().sent() > 0
                            && stack.load().answered() == stack.load().sent());
            Poll.until("the load stops", () -> !threadAlive("demo-load-beat"));
            long sent = stack.load().sent();
            assertTrue(sent <= 101, sent + " requests in half a second");
        }
    }

    private static boolean threadAlive(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().equals(name));
    }

    /** An open loop against something that does not answer: bounded, and what was left out is told. */
    @Test
    void theLoadIsBoundedWhenNothingAnswers() throws Exception {
        PlanClock clock = PlanClock.startingNow(1);
        try (DemoService stuck =
                        new DemoService("v1", Behaviour.steady(0, 8, 0), Scenario.HEALTHY, clock, 1, 0).start();
                DemoLoad load =
                        new DemoLoad(stuck.url(), new DemoLoad.Settings(1000, 20, 1, Duration.ofSeconds(60))).start()) {
            Poll.until("requests are left out", () -> load.counts().leftOut() > 100);
            assertTrue(
                    load.counts().sent() <= 20 + load.counts().answered(),
                    load.counts().toString());
        }
    }

    @Test
    void noTrafficMeansNone() throws Exception {
        try (DemoStack stack = new DemoStack(Scenario.NO_TRAFFIC, 60, load(Duration.ofMinutes(1)))) {
            assertEquals(new DemoLoad.Counts(0, 0, 0, 0, 0), stack.load());
            assertFalse(threadAlive("demo-load-beat"));
        }
    }

    @Test
    void closingFreesEveryPort() throws Exception {
        DemoStack stack = new DemoStack(Scenario.HEALTHY, 60, load(Duration.ofMinutes(1)));
        URI[] all = {stack.stable().url(), stack.canary().url(), stack.proxy().url(), stack.controlUrl()};
        for (URI url : all) {
            assertTrue(accepts(url));
        }
        stack.close();
        for (URI url : all) {
            assertFalse(accepts(url));
        }
        Assertions.assertDoesNotThrow(stack::close);
    }

    private static boolean accepts(URI url) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }
}
