package io.jenkins.plugins.canary.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** In virtual time. */
class ThrottleTest {

    private record Due(long at, Runnable task) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final List<String> did = new ArrayList<>();
    private long now = 1_000;
    private final Throttle throttle = new Throttle(
            () -> Instant.ofEpochMilli(now),
            Duration.ofSeconds(10),
            (delay, task) -> due.add(new Due(now + delay.toMillis(), task)));

    private BooleanSupplier says(String what, boolean more) {
        return () -> {
            did.add((now - 1_000) / 1000 + " " + what);
            return more;
        };
    }

    private void runUntil(long second) {
        while (!due.isEmpty() && due.peek().at <= 1_000 + second * 1000) {
            Due next = due.poll();
            now = next.at;
            next.task.run();
        }
        now = 1_000 + second * 1000;
    }

    @Test
    void firstAtOnceAndManyInBetweenOnceAtTheEnd() {
        throttle.request("shop", says("first", true));
        runUntil(1);
        for (int i = 0; i < 50; i++) {
            throttle.request("shop", says("burst " + i, true));
        }
        runUntil(100);
        throttle.request("shop", says("later", true));
        runUntil(100);
        assertEquals(List.of("0 first", "10 burst 49", "100 later"), did);
    }

    @Test
    void keysDoNotWaitForEachOther() {
        throttle.request("shop", says("shop", true));
        throttle.request("basket", says("basket", true));
        runUntil(0);
        assertEquals(List.of("0 shop", "0 basket"), did);
    }

    @Test
    void whatIsAskedForMeanwhileIsDoneAfterwards() {
        throttle.request("shop", () -> {
            throttle.request("shop", says("again", true));
            assertEquals(0, due.size(), "not while the first is under way");
            return true;
        });
        runUntil(60);
        assertEquals(List.of("10 again"), did);
    }

    @Test
    void aFailureEndsNothing() {
        throttle.request("shop", () -> {
            throw new IllegalStateException("the server is down");
        });
        try {
            runUntil(0);
        } catch (IllegalStateException expected) {
            did.add(expected.getMessage());
        }
        throttle.request("shop", says("again", true));
        runUntil(60);
        assertEquals(List.of("the server is down", "10 again"), did);
    }

    @Test
    void whatHasEndedIsForgotten() {
        throttle.request("shop", says("end", false));
        runUntil(1);
        throttle.request("shop", says("anew", true));
        runUntil(1);
        assertEquals(List.of("0 end", "1 anew"), did);
    }
}
