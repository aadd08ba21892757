package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.view.Headline;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
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
    public synchronized void show(RolloutView view, long now, String journalError) {
        for (RolloutStatusResponse.EventRow event : view.eventsSince(shown)) {
            out.println(TIME.format(Instant.ofEpochMilli(event.at())) + " " + event.text()
                    + (event.by() == null ? "" : " (" + event.by() + ")"));
            shown = event.seq();
        }
        Headline headline = view.headline();
        // The seconds of the green clock are left out: a log is no place for a clock.
        String state = (headline.health() == RolloutStatusResponse.Health.GOOD ? headline.says() : headline.line())
                + (journalError == null ? "" : "; nothing is done: " + journalError);
        if (!state.equals(last) && !view.state().isEnded()) {
            out.println(TIME.format(Instant.ofEpochMilli(now)) + "   " + state);
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
