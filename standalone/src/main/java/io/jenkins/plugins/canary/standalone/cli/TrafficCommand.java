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
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TakenException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary traffic PLAN observe|shift N|promote VERSION|rollback}. */
// Not the standard help options: --version is the release's here.
@Command(
        name = "traffic",
        description = "Manual traffic control: reads the plan's router, moves traffic, promotes, or rolls back.")
final class TrafficCommand implements Callable<Integer> {

    private static final String UNKNOWN = "unknown";

    @Parameters(index = "0", paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

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
            converter = DurationOption.class,
            description =
                    "how long to wait until the router confirms; default the plan's shiftTimeout or progressDeadline")
    private Duration timeout;

    @Option(
            names = "--take-over",
            description = "take the target over from the rollout that has it; that rollout then goes on hold")
    private boolean takeOver;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Spec
    private CommandSpec spec;

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
                throw new Failure(
                        Exit.USAGE, "there is no '" + verb + "'; there are " + String.join(", ", MOVES.keySet()));
            }
            Intent.Kind kind = MOVES.get(word);
            boolean wants = kind == Intent.Kind.SHIFT || kind == Intent.Kind.PROMOTE;
            if (wants != (value != null)) {
                throw new Failure(
                        Exit.USAGE,
                        !wants
                                ? verb + " takes no value: leave out '" + value + "'"
                                : kind == Intent.Kind.SHIFT
                                        ? "the weight is missing: write canary traffic PLAN shift 10"
                                        : "the version is missing: write canary traffic PLAN promote VERSION");
            }
            Weight weight = kind == Intent.Kind.SHIFT ? weight(value) : null;
            String refusal = weight == null ? null : plan.traffic().refusal(weight);
            if (refusal != null) {
                throw new Failure(Exit.USAGE, refusal);
            }
            return new Move(kind, weight, kind == Intent.Kind.PROMOTE ? value : null);
        }

        private static Weight weight(String text) throws Failure {
            OptionalDouble percent = Units.number(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
            if (percent.isEmpty()
                    || percent.getAsDouble() < 0
                    || percent.getAsDouble() > 100
                    || Math.abs(percent.getAsDouble() * 10 - Math.rint(percent.getAsDouble() * 10)) > 1e-9) {
                throw new Failure(
                        Exit.USAGE,
                        "'" + text
                                + "' is not a weight: write the percentage of requests, 0 to 100, such as 5 or 12.5");
            }
            return Weight.ofPercent(percent.getAsDouble());
        }

        String done(Observation seen) {
            return switch (kind) {
                case SHIFT -> "the canary has " + seen.weight() + " of the requests";
                case PROMOTE -> version + " is the stable version";
                case ROLL_BACK -> "rolled back: the canary has 0% of the requests";
            };
        }
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        CanaryPlan plan = PlanFile.read(
                file.toString(), PlanFile.text(file), spec.commandLine().getErr());
        Move move = Move.parse(verb, value, plan);
        try (LiveRuntimeServices clock = new LiveRuntimeServices()) {
            TargetRecord left =
                    ManualTraffic.record(release(plan, "", ""), clock).orElse(null);
            if (move.kind == null) {
                observe(plan, left, clock, out);
            } else {
                move(plan, move, left, clock, out);
            }
            return Exit.FINE;
        } catch (TakenException e) {
            throw new Failure(
                    Exit.INFRASTRUCTURE,
                    "traffic." + plan.traffic().driver() + ": " + e.getMessage()
                            + ", or add --take-over: that rollout then goes on hold");
        } catch (RouterException e) {
            throw new Failure(Exit.INFRASTRUCTURE, "traffic." + plan.traffic().driver() + ": " + e.getMessage());
        } catch (JournalException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        }
    }

    private static RolloutEngine.Release release(CanaryPlan plan, String rollout, String version) {
        String user = System.getProperty("user.name");
        return new RolloutEngine.Release(
                plan,
                rollout,
                version,
                AdvanceMode.STEPWISE,
                "canary traffic by " + user,
                user,
                new LocalSecrets(),
                name -> Optional.empty());
    }

    /** Of the rollout that was at the target last: by this journal, or by the target's own record; else a new one. */
    private RolloutEngine.Release release(CanaryPlan plan, Move move, RolloutEvent.Started open, TargetRecord left)
            throws Failure {
        String known = open != null ? open.version() : left != null ? left.version() : null;
        String named = move.version != null ? move.version : version;
        if (named == null && known == null && move.kind == Intent.Kind.SHIFT) {
            throw new Failure(Exit.USAGE, "the version is missing: add --version V");
        }
        return release(
                plan,
                open != null ? open.rollout() : left != null ? left.rollout() : plan.name() + "-" + UUID.randomUUID(),
                named != null ? named : known != null ? known : UNKNOWN);
    }

    private void observe(CanaryPlan plan, TargetRecord left, LiveRuntimeServices clock, PrintWriter out)
            throws Exception {
        RolloutEngine.Release release = release(plan, new Move(null, null, null), null, left);
        try (ManualTraffic traffic =
                new ManualTraffic(release, RolloutState.empty(plan), events -> {}, takeOver, clock, out::println)) {
            tell(traffic.observe(), left, out);
        }
    }

    private void move(CanaryPlan plan, Move move, TargetRecord left, LiveRuntimeServices clock, PrintWriter out)
            throws Exception {
        Path at = journal != null
                ? journal
                : file.toAbsolutePath().resolveSibling(".canary").resolve(plan.name() + ".jsonl");
        JournalFile kept = journal(at, plan, move, left, clock, out);
        try (Journal writing = kept == null ? events -> {} : kept.journal()) {
            RolloutState state =
                    kept == null ? RolloutState.empty(plan) : kept.view().state();
            RolloutEvent.Started open = kept == null || !kept.resumes() ? null : kept.started();
            if (open != null && left != null && !left.rollout().equals(open.rollout())) {
                throw new Failure(
                        Exit.INFRASTRUCTURE,
                        "the journal " + at + " is that of the rollout " + open.rollout()
                                + ", and the target says that " + left.rollout()
                                + " was at it last: name another journal with --journal");
            }
            RolloutEngine.Release release = release(plan, move, open, left);
            Duration patience = timeout != null
                    ? timeout
                    : move.kind == Intent.Kind.PROMOTE
                            ? plan.timing().progressDeadline()
                            : plan.timing().shiftTimeout();
            try (ManualTraffic traffic = new ManualTraffic(release, state, writing, takeOver, clock, out::println)) {
                Observation seen = traffic.move(move.kind, move.weight, patience);
                out.println(move.done(seen) + ", read back; journal " + at);
            }
        }
    }

    /** Nothing is done that cannot be written down, but a roll back: it needs no journal, and a lost one is begun anew. */
    private JournalFile journal(
            Path at, CanaryPlan plan, Move move, TargetRecord left, LiveRuntimeServices clock, PrintWriter out)
            throws Failure {
        try {
            return JournalFile.open(at, plan, null);
        } catch (Failure e) {
            if (move.kind != Intent.Kind.ROLL_BACK) {
                throw e;
            }
            if (!(e.getCause() instanceof JournalException lost && lost.isLost())) {
                out.println("not written down: " + e.getMessage());
                return null;
            }
            out.println(lost.getMessage());
            RolloutEngine.Release release = release(plan, move, null, left);
            try {
                return JournalFile.recover(
                        at, plan, ManualTraffic.started(release, clock.now()), release.by(), lost.getMessage());
            } catch (Failure unwritten) {
                out.println("not written down: " + unwritten.getMessage());
                return null;
            }
        }
    }

    private static void tell(Observation seen, TargetRecord left, PrintWriter out) {
        out.println("weight    " + seen.weight() + (seen.settled() ? "" : ", not settled"));
        out.println("promoted  " + (seen.promoted() ? "yes" : "no"));
        if (seen.requests() != null) {
            out.println("requests  " + seen.requests().canary() + " canary, "
                    + seen.requests().stable() + " stable");
        }
        if (!seen.detail().isEmpty()) {
            out.println("says      " + seen.detail());
        }
        seen.warnings().forEach(warning -> out.println("warning   " + warning));
        if (left != null) {
            out.println("record    rollout " + left.rollout() + " of " + left.owner() + " set " + left.weight() + " at "
                    + Instant.ofEpochMilli(left.at()) + " (event " + left.sequence() + ")");
        }
    }
}
