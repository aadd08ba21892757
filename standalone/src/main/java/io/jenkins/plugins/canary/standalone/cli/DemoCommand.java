package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.TimeScale;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.Launched;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.standalone.demo.DemoLoad;
import io.jenkins.plugins.canary.standalone.demo.DemoStack;
import io.jenkins.plugins.canary.standalone.demo.Scenario;
import io.jenkins.plugins.canary.standalone.server.GateServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code canary demo}. */
@Command(
        name = "demo",
        description =
                "Runs two versions of a service, real requests between them, and a rollout from one to the other.")
final class DemoCommand extends RolloutCommand {

    private static final double REQUESTS_PER_SECOND = 300;
    private static final int MOST_RUNNING = 600;
    private static final Duration LONGEST = Duration.ofHours(2);
    /** Of the plan's time: how long a demo without data holds before it says so and ends. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @Option(
            names = "--scenario",
            defaultValue = "healthy",
            paramLabel = "S",
            completionCandidates = Words.class,
            description = "behaviour of the new version: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private String scenario;

    @Option(
            names = "--time-scale",
            defaultValue = "60",
            paramLabel = "N",
            description = "speed: how many times faster than the plan; default ${DEFAULT-VALUE}")
    private double timeScale;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "a plan of yours; \"{{control}}\", \"{{canary}}\" and "
                    + "\"{{stable}}\" in it become the addresses of the demo's proxy and of the two /metrics pages")
    private Path planFile;

    @Option(
            names = "--port",
            defaultValue = "0",
            paramLabel = "P",
            description = "port of the gate page; default any free one")
    private int port;

    @Option(names = "--headless", description = "no gate page; exit when the rollout has ended")
    private boolean headless;

    /** The scenarios' names, for the help. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Scenario.values()).map(Scenario::word).iterator();
        }
    }

    @Override
    public Integer call() throws Exception {
        String known = "; there are " + String.join(", ", new Words());
        Scenario wanted = Scenario.named(scenario)
                .orElseThrow(() -> Failure.usage("there is no scenario '" + scenario + "'" + known));
        if (!(timeScale >= 1 && timeScale <= 120)) {
            throw Failure.usage("--time-scale is between 1 and 120, not " + timeScale);
        }
        DemoLoad.Settings load = new DemoLoad.Settings(REQUESTS_PER_SECOND, MOST_RUNNING, 1, LONGEST);
        try (DemoStack stack = new DemoStack(wanted, timeScale, load);
                LiveRuntimeServices clock = new LiveRuntimeServices();
                Screen screen = Screen.open(out(), json)) {
            return run(stack, clock, screen);
        } catch (IOException e) {
            throw Failure.infrastructure("the demo cannot start: " + e.getMessage());
        }
    }

    private int run(DemoStack stack, LiveRuntimeServices clock, Screen screen) throws Exception {
        CanaryPlan plan = new TimeScale(timeScale).apply(plan(stack));
        Path journal = Files.createTempDirectory("canary-demo").resolve(plan.name() + ".jsonl");
        RolloutView view = new RolloutView(plan);
        Reaction reaction = new Reaction();
        RolloutEngine.Release release =
                release(plan, plan.name() + "-demo", DemoStack.CANARY_VERSION, AdvanceMode.AUTOMATIC, "canary demo");
        Launched launched = launch(release, view, FileJournal.open(journal, e -> {}), clock, reaction);
        try (GateServer page = page(headless ? null : port, view, launched.run(), clock, List::of);
                BreachWatch watch = watch(plan, clock, view)) {
            screen.say("requests: " + stack.proxy().url() + "   journal: " + journal
                    + (page == null ? "" : "\npage:     " + page.address()));
            Duration giveUp = headless ? Duration.ofMillis((long) (PATIENCE.toMillis() / timeScale)) : null;
            try (Foreground foreground = new Foreground(launched.run(), view, screen, clock::now, giveUp)) {
                foreground.watch(launched::begin);
                tell(screen, view, reaction.millis(watch), page);
            }
            if (!headless) {
                new CountDownLatch(1).await();
            }
            return Exit.of(view.state().ended().outcome());
        }
    }

    private void tell(Screen screen, RolloutView end, Long reactionMillis, GateServer page)
            throws JsonProcessingException {
        if (reactionMillis != null) {
            screen.say("from the visible breach to weight 0 read back: " + reactionMillis + " ms");
        }
        if (!headless) {
            screen.say("the page stays up at " + page.address() + " until Ctrl-C");
        }
        if (json) {
            screen.say(json(Result.of(end, reactionMillis)));
        }
    }

    private CanaryPlan plan(DemoStack stack) throws Failure, IOException {
        String name = planFile == null ? "the demo's plan" : planFile.toString();
        String text = planFile == null ? ownPlan() : planText(planFile);
        text = text.replace("{{control}}", stack.controlUrl().toString())
                .replace("{{canary}}", stack.canary().url().resolve("/metrics").toString())
                .replace("{{stable}}", stack.stable().url().resolve("/metrics").toString());
        return plan(name, text);
    }

    private static String ownPlan() throws IOException {
        try (InputStream in = DemoCommand.class.getResourceAsStream("/demo/plan.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static BreachWatch watch(CanaryPlan plan, LiveRuntimeServices clock, RolloutView view) throws Exception {
        SourceContext context = MetricOptions.context(plan, DemoStack.CANARY_VERSION);
        MetricSource source = new MetricSources().open(plan.metrics(), context);
        return new BreachWatch(plan, source, clock::now, () -> view.state().phase());
    }
}
