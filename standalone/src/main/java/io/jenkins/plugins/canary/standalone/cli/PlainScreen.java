package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Plain lines, for logs: every event, and where the rollout stands whenever that changes. */
final class PlainScreen implements Screen {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    private final PrintWriter out;
    private long shown;
    private String last = "";

    PlainScreen(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void show(RolloutStatusResponse answer) {
        for (RolloutStatusResponse.EventRow event : answer.events()) {
            if (event.seq() > shown) {
                out.println(TIME.format(Instant.ofEpochMilli(event.at())) + " " + event.text()
                        + (event.by() == null ? "" : " (" + event.by() + ")"));
            }
        }
        shown = Math.max(shown, answer.seq());
        // The seconds of the green clock are left out: a log is no place for a clock.
        String state = answer.says()
                + (answer.health() == RolloutStatusResponse.Health.GOOD || answer.reason() == null
                        ? ""
                        : ": " + answer.reason())
                + (answer.journalError() == null ? "" : "; nothing is done: " + answer.journalError());
        if (!state.equals(last) && answer.outcome() == null) {
            out.println(TIME.format(Instant.ofEpochMilli(answer.now())) + "   " + state);
            last = state;
        }
        out.flush();
    }

    @Override
    public synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
