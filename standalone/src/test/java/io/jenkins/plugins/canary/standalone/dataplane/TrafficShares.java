package io.jenkins.plugins.canary.standalone.dataplane;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What users got from the start of a rollout on, beside what the journal says they should have got. */
public record TrafficShares(List<Phase> phases, int requests, List<OpenLoopClient.Answer> lost) {

    /** A shift counts from here on: a router hands a configuration on within two seconds. */
    private static final long SETTLED_MILLIS = 3_000;

    /**
     * One weight while it was in force.
     *
     * @param canary how many requests version v2 answered
     */
    public record Phase(Weight weight, int requests, int canary) {

        /** Percentage points between the share that was asked for and the one that users got. */
        public double error() {
            return requests == 0 ? 100 : Math.abs(100.0 * canary / requests - weight.percent());
        }
    }

    static TrafficShares of(List<OpenLoopClient.Answer> answers, Path journal) throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(journal, events::add);
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof RolloutEvent.ShiftApplied shift) {
                phases.add(phase(answers, shift.weight(), shift.at() + SETTLED_MILLIS, until(events, i)));
            }
        }
        // What was asked before is not the rollout's: the process that runs it was starting then.
        List<OpenLoopClient.Answer> during = answers.stream()
                .filter(answer -> answer.millis() >= events.get(0).at())
                .toList();
        return new TrafficShares(
                phases,
                during.size(),
                during.stream().filter(OpenLoopClient.Answer::lost).toList());
    }

    /** When something else was intended; the end of the journal otherwise. */
    private static long until(List<RolloutEvent> events, int from) {
        return events.stream()
                .skip(from + 1L)
                .filter(e -> e instanceof RolloutEvent.ShiftIntended
                        || e instanceof RolloutEvent.PromoteIntended
                        || e instanceof RolloutEvent.RollbackIntended)
                .findFirst()
                .orElse(events.get(events.size() - 1))
                .at();
    }

    private static Phase phase(List<OpenLoopClient.Answer> answers, Weight weight, long from, long to) {
        List<OpenLoopClient.Answer> within = answers.stream()
                .filter(a -> a.millis() >= from && a.millis() < to && !a.lost())
                .toList();
        return new Phase(weight, within.size(), (int)
                within.stream().filter(a -> a.version().equals("v2")).count());
    }

    /** The largest error of all phases, in percentage points. */
    public double largestError() {
        return phases.stream().mapToDouble(Phase::error).max().orElse(100);
    }

    /** A line for each phase, and one for the requests that were lost. */
    public String table() {
        StringBuilder out = new StringBuilder(
                String.format(Locale.ROOT, "%8s | %9s | %8s | %8s%n", "weight", "share", "requests", "canary"));
        for (Phase p : phases) {
            out.append(String.format(
                    Locale.ROOT,
                    "%7s%% | %9s | %8d | %8d%n",
                    p.weight().percent(),
                    // Taken back before it had settled: nothing is known of its share.
                    p.requests() == 0
                            ? "too short"
                            : String.format(Locale.ROOT, "%.2f%%", 100.0 * p.canary() / p.requests()),
                    p.requests(),
                    p.canary()));
        }
        return out.append(String.format(Locale.ROOT, "lost %d of %d requests%n", lost.size(), requests))
                .toString();
    }
}
