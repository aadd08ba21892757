package io.jenkins.plugins.canary.engine.notify;

import java.util.ArrayDeque;
import java.util.Deque;

/** What waits for one address. Bounded: the oldest notice goes first when there are too many. Guarded by the sender. */
final class DeliveryQueue {

    /** @param listener hears what becomes of it */
    record Delivery(Address to, Notice notice, FailedDeliveries listener) {}

    private static final int MOST = 100;

    private final Deque<Delivery> deliveries = new ArrayDeque<>();
    private long leftOut;
    private int attempts;
    private boolean busy;

    void add(Delivery delivery) {
        if (deliveries.size() >= MOST) {
            // The one at the head may be on its way.
            Delivery head = deliveries.removeFirst();
            deliveries.removeFirst();
            deliveries.addFirst(head);
            leftOut++;
        }
        deliveries.addLast(delivery);
    }

    /** True when nobody is at work here and somebody is needed now. */
    boolean claim() {
        boolean claimed = !busy && !deliveries.isEmpty();
        busy |= claimed;
        return claimed;
    }

    Delivery head() {
        return deliveries.peekFirst();
    }

    long leftOut() {
        return leftOut;
    }

    int attempt() {
        return ++attempts;
    }

    /** The head is delivered, or given up. */
    void done(boolean delivered) {
        deliveries.removeFirst();
        attempts = 0;
        leftOut = delivered ? 0 : leftOut + 1;
    }

    /** Whoever worked here has done so. */
    void release() {
        busy = false;
    }

    boolean isIdle() {
        return !busy && deliveries.isEmpty();
    }
}
