package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TakenException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        CanaryPlan plan = PlanFile.read(
                file.toString(), PlanFile.text(file), spec.commandLine().getErr());
        ManualTrafficMove move = ManualTrafficMove.parse(verb, value, plan);
        ManualTraffic hand = new ManualTraffic(plan, System.getProperty("user.name"), takeOver);
        TargetRecord left = hand.record();
        Path at = journal != null
                ? journal
                : file.toAbsolutePath().resolveSibling(".canary").resolve(plan.name() + ".jsonl");
        try (ManualTrafficJournal writing = ManualTrafficJournal.open(
                        at, move, hand, left, move.version() == null ? version : move.version(), out);
                TrafficRouter router = hand.open(writing)) {
            if (move.kind() == ManualTrafficMove.Kind.OBSERVE) {
                tell(router.observe(), left, out);
            } else {
                Duration patience = timeout != null ? timeout : move.patience(plan);
                moved(hand, router, move, writing, patience, out);
            }
            return Exit.FINE;
        } catch (TakenException e) {
            throw new Failure(
                    Exit.INFRASTRUCTURE,
                    "traffic." + plan.traffic().driver() + ": " + e.getMessage()
                            + ", or add --take-over: that rollout then goes on hold");
        } catch (RouterException e) {
            throw new Failure(Exit.INFRASTRUCTURE, "traffic." + plan.traffic().driver() + ": " + e.getMessage());
        }
    }

    private static void moved(
            ManualTraffic hand,
            TrafficRouter router,
            ManualTrafficMove move,
            ManualTrafficJournal journal,
            Duration patience,
            PrintWriter out)
            throws Exception {
        claim(router, move, out);
        boolean settled = false;
        try {
            journal.intends(move);
            Observation seen = new ManualTrafficLoop(router, move, journal.version(), patience, out).run();
            journal.saw(move, seen);
            settled = move.kind() != ManualTrafficMove.Kind.SHIFT;
            if (settled) {
                hand.restore(journal);
            }
            if (move.kind() == ManualTrafficMove.Kind.ROLLBACK) {
                hand.settle(journal).forEach(out::println);
            }
            out.println(move.done(seen) + ", read back; journal " + journal.file());
        } finally {
            try {
                router.release(settled ? Release.ENDED : Release.LEFT_BEHIND);
            } catch (RouterException e) {
                out.println("the claim on the target stays until it expires: " + e.getMessage());
            }
        }
    }

    /** Only a rollout that has the target keeps a person from taking the canary out of traffic; no broken lock does. */
    private static void claim(TrafficRouter router, ManualTrafficMove move, PrintWriter out) throws RouterException {
        try {
            router.claim();
        } catch (RouterException e) {
            if (e instanceof TakenException || move.kind() != ManualTrafficMove.Kind.ROLLBACK) {
                throw e;
            }
            out.println("not claimed: " + e.getMessage());
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
