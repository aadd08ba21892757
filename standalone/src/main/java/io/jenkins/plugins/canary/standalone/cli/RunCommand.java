package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.notify.FailedDeliveries;
import io.jenkins.plugins.canary.engine.notify.NoticeSender;
import io.jenkins.plugins.canary.engine.notify.Notifier;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.Launched;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.standalone.server.GateServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code canary run PLAN --version V}. */
@Command(
        name = "run",
        description = "Runs a release plan to its end. After a crash, the same command continues the rollout.")
final class RunCommand extends RolloutCommand {

    private static final long LET_GO_SECONDS = 15;
    /** For so long the command waits at its end until others know of it. */
    private static final Duration LAST_NOTICES = Duration.ofSeconds(5);

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
            description = "after this long without data, end HELD and leave the canary at its weight; default never")
    private Duration giveUp;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "serve the gate page on this port of 127.0.0.1; 0 for any free one; default no page")
    private Integer port;

    @Mixin
    private PolicyOptions policy;

    @Override
    public Integer call() throws Exception {
        CanaryPlan given = plan(file, policy.policies());
        Path at = JournalFile.place(journalFile, file, given);
        String unapprovable = unapprovable(given);
        if (unapprovable != null) {
            throw Failure.usage(unapprovable);
        }
        JournalFile journal = JournalFile.open(at, given, version);
        try (LiveRuntimeServices clock = new LiveRuntimeServices();
                Screen screen = Screen.open(out(), json)) {
            return run(journal, at, clock, screen);
        } finally {
            journal.journal().close();
        }
    }

    /**
     * What in a plan nobody could approve here, and what to do; null when there is nothing. Here is one person, who has started
     * it, and nobody knows who committed: such a rollout would wait for ever.
     */
    static String unapprovable(CanaryPlan plan) {
        for (Phase phase : plan.phases()) {
            Approval approval = phase.approval();
            if (approval != null && (approval.min() > 1 || !approval.notBy().isEmpty())) {
                return "phase " + phase.name() + " needs "
                        + (approval.min() > 1
                                ? approval.min() + " people who agree"
                                : "somebody whom notBy does not exclude")
                        + ", and on the command line there is only " + USER
                        + ": run it in Jenkins, or remove min and notBy from its approval";
            }
        }
        return null;
    }

    private int run(JournalFile journal, Path at, LiveRuntimeServices clock, Screen screen) throws Exception {
        RolloutView view = journal.view();
        CanaryPlan plan = view.plan();
        String rollout = journal.resumes() ? journal.started().rollout() : plan.name() + "-" + UUID.randomUUID();
        RolloutEngine.Release release = release(plan, rollout, version, AdvanceMode.AUTOMATIC, "canary run by " + USER);
        Reaction reaction = new Reaction();
        Launched launched = launch(release, view, journal.journal(), clock, reaction);
        Notifier notifier = new Notifier(plan, null);
        try (NoticeSender sender = new NoticeSender(clock);
                GateServer page = page(port, view, launched.run(), clock, notifier.failedDeliveries()::rows);
                Foreground foreground = new Foreground(launched.run(), view, screen, clock::now, giveUp)) {
            screen.say((journal.resumes() ? "going on with rollout " : "rollout ") + rollout + ", journal " + at
                    + (page == null ? "" : ", page " + page.address()));
            notifier.also(
                            sender,
                            plan.environment().receivers(),
                            release.place().secrets(),
                            AddressPolicy.UNRESTRICTED)
                    .follow(launched.run());
            foreground.watch(journal.resumes() ? launched.run()::resume : launched::begin);
            letGo(launched);
            sender.drain(LAST_NOTICES);
            if (json) {
                screen.say(json(Result.of(view, reaction.millis())));
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
}
