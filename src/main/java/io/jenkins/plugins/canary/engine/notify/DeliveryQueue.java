package io.jenkins.plugins.canary.engine.notify;

import java.util.ArrayDeque;
import java.util.Deque;

/** What waits for one address. Bounded: the oldest notice goes first when there are too many. Guarded by the courier. */
final class DeliveryQueue {

    /** @param receipt hears what becomes of it */
    record Letter(Address to, Notice notice, DeliveryListener receipt) {}

    private static final int MOST = 100;

    private final Deque<Letter> letters = new ArrayDeque<>();
    private long leftOut;
    private int attempts;
    private boolean busy;

    void add(Letter letter) {
        if (letters.size() >= MOST) {
            // The one at the head may be on its way.
            Letter head = letters.removeFirst();
            letters.removeFirst();
            letters.addFirst(head);
            leftOut++;
        }
        letters.addLast(letter);
    }

    /** True when nobody is at work here and somebody is needed now. */
    boolean claim() {
        boolean claimed = !busy && !letters.isEmpty();
        busy |= claimed;
        return claimed;
    }

    Letter head() {
        return letters.peekFirst();
    }

    long leftOut() {
        return leftOut;
    }

    int attempt() {
        return ++attempts;
    }

    /** The head is delivered. */
    void delivered() {
        letters.removeFirst();
        attempts = 0;
        leftOut = 0;
    }

    /** The head cannot be delivered. */
    void givenUp() {
        letters.removeFirst();
        attempts = 0;
        leftOut++;
    }

    /** Whoever worked here has done so. */
    void release() {
        busy = false;
    }

    boolean isIdle() {
        return !busy && letters.isEmpty();
    }
}
