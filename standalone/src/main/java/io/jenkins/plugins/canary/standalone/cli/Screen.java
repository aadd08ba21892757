package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.view.Headline;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows a rollout's progress in plain lines, for logs: every event, and where the rollout stands whenever that changes. Safe
 * for any thread.
 */
class Screen implements AutoCloseable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    final PrintWriter out;
    private long shown;
    private String last = "";

    Screen(PrintWriter out) {
        this.out = out;
    }

    /** A live one on a terminal, unless the last line is for a program. */
    static Screen open(PrintWriter out, boolean json) {
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        return terminal && !json ? new LiveScreen(out) : new Screen(out);
    }

    /**
     * Shows where the rollout stands, and its events since the last call.
     *
     * @param now the rollout's own time, milliseconds since the epoch
     * @param journalError why events cannot be written; null when they can
     */
    synchronized void show(RolloutView view, long now, String journalError) {
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

    /** A line that has nothing to do with the rollout's state. */
    synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }

    /** A few lines at the bottom of a terminal that are drawn over and over, events scrolling away above them. */
    static final class LiveScreen extends Screen {

        private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[0J";
        private static final String DIM = "\u001b[2m";
        private static final String GREEN = "\u001b[32m";
        private static final String RED = "\u001b[31m";
        private static final String YELLOW = "\u001b[33m";
        private static final String PLAIN = "\u001b[0m";
        private static final int BAR = 24;

        private int drawn;

        LiveScreen(PrintWriter out) {
            super(out);
        }

        @Override
        synchronized void show(RolloutView view, long now, String journalError) {
            clear();
            super.show(view, now, journalError);
            List<String> lines = view.state().isEnded() ? List.of() : lines(view);
            lines.forEach(out::println);
            drawn = lines.size();
            out.flush();
        }

        private void clear() {
            if (drawn > 0) {
                out.printf(UP_AND_CLEAR, drawn);
                drawn = 0;
            }
        }

        private static List<String> lines(RolloutView view) {
            List<String> lines = new ArrayList<>();
            lines.add("");
            for (RolloutStatusResponse.PhaseRow phase : view.phases()) {
                boolean current = phase.state() == RolloutStatusResponse.PhaseState.WATCHING
                        || phase.state() == RolloutStatusResponse.PhaseState.SHIFTING;
                if (current) {
                    lines.add("  " + phase.name() + "  " + view.state().at() + "  " + bar(phase) + "  "
                            + seconds(phase.greenMillis()) + " of "
                            + Units.print(Duration.ofMillis(phase.holdMillis())));
                }
            }
            for (RolloutStatusResponse.CriterionRow c : view.criteria()) {
                lines.add("    " + mark(c.outcome()) + " " + c.label() + DIM + "   "
                        + (c.value() == null ? "" : Units.print(c.value(), c.unit())) + PLAIN);
            }
            RolloutStatusResponse.TrafficRow traffic = view.traffic();
            if (traffic.canary() != null) {
                lines.add(
                        DIM + "    requests: " + traffic.canary() + " canary, " + traffic.stable() + " stable" + PLAIN);
            }
            return lines;
        }

        private static String seconds(long millis) {
            return Units.print(Duration.ofMillis(millis / 100 * 100));
        }

        private static String bar(RolloutStatusResponse.PhaseRow phase) {
            double share = phase.holdMillis() == 0 ? 1 : Math.min(1, (double) phase.greenMillis() / phase.holdMillis());
            int full = (int) Math.round(share * BAR);
            return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
        }

        private static String mark(CheckOutcome outcome) {
            if (outcome == null) {
                return DIM + "waiting" + PLAIN;
            }
            return switch (outcome) {
                case PASS -> GREEN + "pass   " + PLAIN;
                case FAIL -> RED + "FAIL   " + PLAIN;
                case NO_DATA -> YELLOW + "no data" + PLAIN;
                case UNAVAILABLE -> YELLOW + "source?" + PLAIN;
            };
        }

        @Override
        synchronized void say(String line) {
            clear();
            super.say(line);
        }
    }
}
