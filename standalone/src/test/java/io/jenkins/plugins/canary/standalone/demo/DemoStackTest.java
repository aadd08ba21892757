package io.jenkins.plugins.canary.standalone.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DemoStackTest {

    private static DemoLoad.Settings load(Duration longest) {
        return new DemoLoad.Settings(200, 256, 7, longest);
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            Thread.sleep(10);
        }
    }

    @Test
    void requestsAreSplitAndNoneIsLost() throws Exception {
        try (DemoStack stack = new DemoStack(Scenario.HEALTHY, 60, load(Duration.ofMinutes(2)))) {
            await(() -> stack.stable().served() >= 20, "no request came through");
            assertEquals(0, stack.canary().served());
            stack.proxy().shift(Weight.ofPercent(25));
            await(() -> stack.canary().served() >= 50, "the canary got nothing");
            stack.proxy().shift(Weight.ZERO);
            await(() -> stack.proxy().state().drained(), "never settled");
            long served = stack.canary().served();
            long before = stack.stable().served();
            await(() -> stack.stable().served() > before + 40, "stable got nothing");
            assertEquals(served, stack.canary().served());
            DemoLoad.Counts counts = stack.load();
            assertEquals(0, counts.failed() + counts.broken(), counts.toString());
        }
    }

    @Test
    void theLoadStopsByItself() throws Exception {
        try (DemoStack stack = new DemoStack(Scenario.HEALTHY, 60, load(Duration.ofMillis(500)))) {
            await(
                    () -> stack.load().sent() > 0
                            && stack.load().answered() == stack.load().sent(),
                    "answers are missing");
            await(() -> !threadAlive("demo-load-beat"), "the load never stopped");
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
            await(() -> load.counts().leftOut() > 100, "nothing was left out");
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
