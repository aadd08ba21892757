package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Intent;
import io.jenkins.plugins.canary.engine.rollout.Journal;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.ManualTraffic;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim.TakenException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code canary traffic PLAN observe|shift N|promote VERSION|rollback}. */
@Command(
        name = "traffic",
        description = "Manual traffic control: reads the plan's router, moves traffic, promotes, or rolls back.")
final class TrafficCommand extends PlanCommand {

    private static final String UNKNOWN = "unknown";

    @Parameters(index = "1", paramLabel = "MOVE", description = "observe, shift, promote or rollback")
    private String verb;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "for shift the percentage of requests, for promote the version")
    private String value;

    @Option(
            names = "--version",
            paramLabel = "V",
            description = "the new version, when neither a journal nor the target's record names it")
    private String version;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "the journal file; default .canary/NAME.jsonl beside the plan")
    private Path journal;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description =
                    "how long to wait until the router confirms; default the plan's shiftTimeout or progressDeadline")
    private Duration timeout;

    @Option(
            names = "--take-over",
            description = "take the target over from the rollout that has it; that rollout then goes on hold")
    private boolean takeOver;

    private CanaryPlan plan;
    private Move move;
    /** What the target's own record says of the rollout that was at it last; null when there is none. */
    private TargetRecord left;

    /** @param kind null to observe */
    private record Move(Intent.Kind kind, Weight weight, String version) {

        private static final Map<String, Intent.Kind> MOVES = new LinkedHashMap<>();

        static {
            MOVES.put("observe", null);
            MOVES.put("shift", Intent.Kind.SHIFT);
            MOVES.put("promote", Intent.Kind.PROMOTE);
            MOVES.put("rollback", Intent.Kind.ROLL_BACK);
        }

        static Move parse(String verb, String value, CanaryPlan plan) throws Failure {
            String word = verb.toLowerCase(Locale.ROOT);
            if (!MOVES.containsKey(word)) {
                throw Failure.usage("there is no '" + verb + "'; there are " + String.join(", ", MOVES.keySet()));
            }
            Intent.Kind kind = MOVES.get(word);
            boolean wants = kind == Intent.Kind.SHIFT || kind == Intent.Kind.PROMOTE;
            if (wants != (value != null)) {
                throw Failure.usage(
                        !wants
                                ? verb + " takes no value: leave out '" + value + "'"
                                : kind == Intent.Kind.SHIFT
                                        ? "the weight is missing: write canary traffic PLAN shift 10"
                                        : "the version is missing: write canary traffic PLAN promote VERSION");
            }
            Weight weight = kind == Intent.Kind.SHIFT ? weight(value) : null;
            String refusal = weight == null ? null : plan.traffic().refusal(weight);
            if (refusal != null) {
                throw Failure.usage(refusal);
            }
            return new Move(kind, weight, kind == Intent.Kind.PROMOTE ? value : null);
        }

        private static Weight weight(String text) throws Failure {
            OptionalDouble percent = Units.number(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
            return Weight.exactly(percent.orElse(-1))
                    .orElseThrow(() -> Failure.usage("'" + text
                            + "' is not a weight: write the percentage of requests, 0 to 100, such as 5 or 12.5"));
        }

        String done(Observation seen) {
            return switch (kind) {
                case SHIFT -> "the canary has " + seen.extra().beside(seen.weight());
                case PROMOTE -> version + " is the stable version";
                case ROLL_BACK -> "rolled back: the canary has 0% of the requests";
            };
        }
    }

    @Override
    public Integer call() throws Exception {
        plan = plan();
        move = Move.parse(verb, value, plan);
        String router = "traffic." + plan.traffic().driver() + ": ";
        try (LiveRuntimeServices clock = new LiveRuntimeServices()) {
            left = ManualTraffic.record(release("", ""), clock).orElse(null);
            if (move.kind == null) {
                observe(clock);
            } else {
                move(clock);
            }
            return Exit.FINE;
        } catch (TakenException e) {
            throw Failure.infrastructure(
                    router + e.getMessage() + ", or add --take-over: that rollout then goes on hold");
        } catch (RouterException e) {
            throw Failure.infrastructure(router + e.getMessage());
        }
    }

    private RolloutEngine.Release release(String rollout, String newVersion) {
        return release(plan, rollout, newVersion, AdvanceMode.STEPWISE, "canary traffic by " + USER);
    }

    /** Of the rollout that was at the target last: by this journal, or by the target's own record; else a new one. */
    private RolloutEngine.Release release(RolloutEvent.Started open) throws Failure {
        String known = open != null ? open.version() : left != null ? left.version() : null;
        String named = move.version != null ? move.version : version;
        if (named == null && known == null && move.kind == Intent.Kind.SHIFT) {
            throw Failure.usage("the version is missing: add --version V");
        }
        return release(
                open != null ? open.rollout() : left != null ? left.rollout() : plan.name() + "-" + UUID.randomUUID(),
                named != null ? named : known != null ? known : UNKNOWN);
    }

    private ManualTraffic traffic(
            RolloutEngine.Release release, RolloutState state, Journal writing, LiveRuntimeServices clock)
            throws RouterException {
        return new ManualTraffic(release, state, writing, takeOver, clock, out()::println);
    }

    private void observe(LiveRuntimeServices clock) throws Exception {
        try (ManualTraffic traffic = traffic(release(null), RolloutState.empty(plan), events -> {}, clock)) {
            print(traffic.observe());
        }
    }

    private void move(LiveRuntimeServices clock) throws Exception {
        Path at = JournalFile.place(journal, file, plan);
        JournalFile kept = journal(at, clock);
        try (Journal writing = kept == null ? events -> {} : kept.journal()) {
            RolloutState state =
                    kept == null ? RolloutState.empty(plan) : kept.view().state();
            RolloutEvent.Started open = kept == null || !kept.resumes() ? null : kept.started();
            if (open != null && left != null && !left.rollout().equals(open.rollout())) {
                throw Failure.infrastructure("the journal " + at + " is that of the rollout " + open.rollout()
                        + ", and the target says that " + left.rollout()
                        + " was at it last: name another journal with --journal");
            }
            boolean promotes = move.kind == Intent.Kind.PROMOTE;
            Duration usual =
                    promotes ? plan.timing().progressDeadline() : plan.timing().shiftTimeout();
            try (ManualTraffic traffic = traffic(release(open), state, writing, clock)) {
                Observation seen = traffic.move(move.kind, move.weight, timeout != null ? timeout : usual);
                out().println(move.done(seen) + ", read back; journal " + at);
            }
        }
    }

    /**
     * Nothing is done that cannot be written down, but a roll back: it needs no journal, and a lost one is begun anew.
     *
     * @return null when there is no journal to write
     */
    private JournalFile journal(Path at, LiveRuntimeServices clock) throws Failure {
        try {
            return JournalFile.open(at, plan, null);
        } catch (Failure e) {
            if (move.kind != Intent.Kind.ROLL_BACK) {
                throw e;
            }
            if (!(e.getCause() instanceof JournalException lost && lost.isLost())) {
                return unwritten(e);
            }
            out().println(lost.getMessage());
            RolloutEvent.Started started = release(null).started(clock.now(), Map.of());
            try {
                return JournalFile.recover(at, plan, started, USER, lost.getMessage());
            } catch (Failure unwritten) {
                return unwritten(unwritten);
            }
        }
    }

    private JournalFile unwritten(Failure why) {
        out().println("not written down: " + why.getMessage());
        return null;
    }

    private void print(Observation seen) {
        out().println("weight    " + seen.weight() + (seen.settled() ? "" : ", not settled"));
        if (!seen.extra().isNone()) {
            out().println("canary    gets " + seen.extra().beside(seen.weight()));
        }
        out().println("promoted  " + (seen.promoted() ? "yes" : "no"));
        Observation.Requests requests = seen.requests();
        if (requests != null) {
            out().println("requests  " + requests.canary() + " canary, " + requests.stable() + " stable");
        }
        if (!seen.detail().isEmpty()) {
            out().println("says      " + seen.detail());
        }
        seen.warnings().forEach(warning -> out().println("warning   " + warning));
        if (left != null) {
            out().println("record    rollout " + left.rollout() + " of " + left.owner() + " set " + left.weight()
                    + " at " + Instant.ofEpochMilli(left.at()) + " (event " + left.sequence() + ")");
        }
    }
}
