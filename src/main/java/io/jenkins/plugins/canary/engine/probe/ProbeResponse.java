package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.PlainText;
import java.util.Locale;
import java.util.Map;

/**
 * What came of one request.
 *
 * @param dueNanos when it should have begun by the batch's rate, or did begin without one; since the probe began
 * @param sentNanos when it began; {@link #UNSENT} when it was not sent any more
 * @param doneNanos when its answer was complete, or was given up
 * @param doneAt the same by the wall clock, milliseconds since the epoch
 * @param status 0 when there was no answer
 * @param headers by lower-case name, the first value of each
 * @param fault why there was no answer; null when there was one
 * @param bodyFault what is wrong with the body; null when nothing is, or nobody asked
 * @param quotable whether messages may show its headers
 */
public record ProbeResponse(
        long dueNanos,
        long sentNanos,
        long doneNanos,
        long doneAt,
        int status,
        Map<String, String> headers,
        String fault,
        String bodyFault,
        boolean quotable) {

    /** Stands for the time of a request that the probe had no time for. */
    public static final long UNSENT = -1;

    private static final int LONGEST_SHOWN = 60;

    public ProbeResponse {
        headers = Map.copyOf(headers);
    }

    /** Whether there was an answer, good or bad. */
    public boolean answered() {
        return fault == null;
    }

    public boolean wasSent() {
        return sentNanos != UNSENT;
    }

    /** Whether anybody waited for it: a request that was given up before it was due cost nobody any time. */
    boolean wasDue() {
        return wasSent() || doneNanos > dueNanos;
    }

    public boolean is2xx() {
        return status / 100 == 2;
    }

    /** The header's value; null without it. */
    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** A header as a message quotes it: short and on one line. */
    String shown(String name) {
        String value = String.valueOf(header(name));
        return quotable
                ? "'" + PlainText.clip(value, LONGEST_SHOWN) + "'"
                : "another one of " + value.length() + " characters";
    }
}
