package io.jenkins.plugins.canary.engine.view;

import java.util.ArrayDeque;
import java.util.List;

/** The newest events for people, oldest first; the journal has them all. */
final class EventLog {

    static final int LONGEST = 200;

    private final ArrayDeque<RolloutStatusResponse.EventRow> newest = new ArrayDeque<>();
    private long earlier;

    void add(RolloutStatusResponse.EventRow event) {
        newest.add(event);
        if (newest.size() > LONGEST) {
            newest.removeFirst();
            earlier++;
        }
    }

    long earlier() {
        return earlier;
    }

    List<RolloutStatusResponse.EventRow> since(long seq) {
        return newest.stream().filter(e -> e.seq() > seq).toList();
    }
}
