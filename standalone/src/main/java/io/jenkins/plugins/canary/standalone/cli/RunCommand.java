package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.notify.FailedDeliveries;
import io.jenkins.plugins.canary.engine.notify.Notifier;
import io.jenkins.plugins.canary.engine.notify.WebhookSender;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.LaunchException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.Launched;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary run PLAN --version V}. */
// Not the standard help options: --version is the release's here.
@Command(
        name = "run",
        description = "Runs a release plan to its end. After a crash, the same command continues the rollout.")
final class RunCommand implements Callable<Integer>, RolloutCommand {

    private static final long LET_GO_SECONDS = 15;

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Option(names = "--version", required = true, paramLabel = "V", description = "the new version")
    private String version;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "the journal file; default .canary/NAME.jsonl beside the plan")
    private Path journalFile;

    @Option(
            names = "--give-up",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description = "after this long without data, end HELD and leave the canary at its weight; default never")
    private Duration giveUp;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "serve the gate page on this port of 127.0.0.1; 0 for any free one; default no page")
    private Integer port;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Option(names = "--json", description = "print one JSON object as the last line")
    private boolean json;

    /** For so long the command waits at its end until others know of it. */
    private static final Duration LAST_NOTICES = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @Override
    public boolean json() {
        return json;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        CanaryPlan given = PlanFile.read(file.toString(), PlanFile.text(file), err);
        Path at = journalFile != null
                ? journalFile
                : file.toAbsolutePath().resolveSibling(".canary").resolve(given.name() + ".jsonl");
        JournalFile journal = JournalFile.open(at, given, version);
        try (LiveRuntimeServices clock = new LiveRuntimeServices();
                Screen screen = Screen.open(spec.commandLine().getOut(), json)) {
            return run(journal, at, clock, screen);
        } finally {
            journal.journal().close();
        }
    }

    private int run(JournalFile journal, Path at, LiveRuntimeServices clock, Screen screen) throws Exception {
        RolloutView view = journal.view();
        CanaryPlan plan = view.plan();
        String rollout = journal.resumes() ? journal.started().rollout() : plan.name() + "-" + UUID.randomUUID();
        String user = System.getProperty("user.name");
        Launched launched = launch(
                new RolloutEngine(clock),
                new RolloutEngine.Release(
                        plan,
                        rollout,
                        version,
                        AdvanceMode.AUTOMATIC,
                        "canary run by " + user,
                        user,
                        new LocalSecrets(),
                        name -> Optional.empty()),
                view.state(),
                journal);
        launched.run().listen(view::follow);
        Reaction reaction = new Reaction();
        launched.run().listen(reaction::follow);
        Notifier notifier = new Notifier(plan, null);
        try (WebhookSender sender = new WebhookSender(clock);
                Page page = Page.open(port, view, launched.run(), clock, notifier.failedDeliveries()::rows);
                Foreground foreground = new Foreground(launched.run(), view, screen, clock::now, giveUp)) {
            screen.say((journal.resumes() ? "going on with rollout " : "rollout ") + rollout + ", journal " + at
                    + (page.url() == null ? "" : ", page " + page.url()));
            notifier.also(
                            sender,
                            plan.environment().webhooks(),
                            launched.release().secrets(),
                            AddressPolicy.UNRESTRICTED)
                    .follow(launched.run());
            foreground.watch(journal.resumes() ? launched.run()::resume : launched::begin);
            letGo(launched);
            sender.drain(LAST_NOTICES);
            if (json) {
                screen.say(Result.of(view, reaction.millis()).json());
            } else {
                notifier.failedDeliveries().rows().forEach(row -> screen.say("canary: " + FailedDeliveries.words(row)));
            }
            return Exit.of(view.state().ended().outcome());
        }
    }

    /** A claim that nobody gave up keeps others out for a minute: that is what not waiting longer costs. */
    private static void letGo(Launched launched) throws InterruptedException {
        try {
            launched.closed().get(LET_GO_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // It runs out by itself.
        }
    }

    private static Launched launch(
            RolloutEngine engine, RolloutEngine.Release release, RolloutState state, JournalFile journal)
            throws Failure {
        try {
            return engine.open(release, state, journal.journal());
        } catch (LaunchException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        }
    }
}
