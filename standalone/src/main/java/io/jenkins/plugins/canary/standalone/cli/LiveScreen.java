package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A few lines at the bottom of a terminal that are drawn over and over, events scrolling away above them. */
final class LiveScreen implements Screen {

    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[0J";
    private static final String DIM = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";
    private static final int BAR = 24;

    private final PrintWriter out;
    private final PlainScreen log;
    private int drawn;

    LiveScreen(PrintWriter out) {
        this.out = out;
        this.log = new PlainScreen(out);
    }

    @Override
    public synchronized void show(RolloutView view, long now, String journalError) {
        clear();
        log.show(view, now, journalError);
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
                lines.add("  " + phase.name() + "  weight " + view.state().weight() + "  " + bar(phase) + "  "
                        + seconds(phase.greenMillis()) + " of " + Units.print(Duration.ofMillis(phase.holdMillis())));
            }
        }
        for (RolloutStatusResponse.CriterionRow c : view.criteria()) {
            lines.add("    " + mark(c.outcome()) + " " + c.label() + DIM + "   "
                    + (c.value() == null ? "" : Units.print(c.value(), c.unit())) + PLAIN);
        }
        RolloutStatusResponse.TrafficRow traffic = view.traffic();
        if (traffic.canary() != null) {
            lines.add(DIM + "    requests: " + traffic.canary() + " canary, " + traffic.stable() + " stable" + PLAIN);
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
    public synchronized void say(String line) {
        clear();
        log.say(line);
    }

    @Override
    public void close() {
        log.close();
    }
}
