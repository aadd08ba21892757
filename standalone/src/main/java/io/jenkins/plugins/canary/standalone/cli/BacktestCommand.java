package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.backtest.Backtest;
import io.jenkins.plugins.canary.engine.report.backtest.JournalSimulator;
import io.jenkins.plugins.canary.engine.report.backtest.PastReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.report.backtest.Span;
import io.jenkins.plugins.canary.engine.report.backtest.StableAsCanary;
import io.jenkins.plugins.canary.engine.report.backtest.TimeArgument;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code canary backtest PLAN --from T --to T}. */
// Not the standard help options: --version is the release's here.
@Command(
        name = "backtest",
        description = "Runs a plan's gates over recorded metrics: how often would it have stopped a good "
                + "release, and by which criterion?")
final class BacktestCommand implements Callable<Integer> {

    private static final int MOST_STEPS = 1_000_000;

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Option(
            names = "--from",
            paramLabel = "T",
            converter = TimeOption.class,
            description = "2026-10-01, 2026-10-01T06:00:00Z, or 30d for thirty days ago")
    private Instant from;

    @Option(names = "--to", paramLabel = "T", converter = TimeOption.class, description = "default now")
    private Instant to;

    @Option(
            names = "--step",
            paramLabel = "D",
            converter = DurationOption.class,
            defaultValue = "1m",
            description = "time between ticks; default ${DEFAULT-VALUE}")
    private Duration step;

    @Option(names = "--prometheus", paramLabel = "URL", description = "server to read from, instead of the plan's")
    private String url;

    @Option(
            names = "--version",
            paramLabel = "V",
            defaultValue = "",
            description = "the new version, for plans whose labels use {{version}}")
    private String version;

    @Option(
            names = "--stable",
            description = "judge the stable version as if it were the canary, for times without a canary; "
                    + "comparisons with stable are left out")
    private boolean stable;

    @Option(
            names = "--false-alarms",
            paramLabel = "P",
            converter = ShareOption.class,
            defaultValue = "0.01",
            description = "propose thresholds that this share of good releases would exceed; default ${DEFAULT-VALUE}")
    private double wanted;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "folder for the data read; default .canary/backtest beside the plan")
    private Path cache;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            arity = "1..*",
            description = "simulate earlier rollouts instead: would they have ended the same?")
    private List<Path> journals;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        CanaryPlan plan = PlanFile.read(file.toString(), PlanFile.text(file), err);
        BacktestReport report = new BacktestReport(spec.commandLine().getOut(), json);
        if (journals != null) {
            for (Path journal : journals) {
                report.journal(replay(journal, plan));
            }
            return Exit.FINE;
        }
        if (from == null) {
            throw new Failure(Exit.USAGE, "the time to judge is missing: add --from 30d, or --journal FILE");
        }
        Instant end = to == null ? LiveRuntimeServices.CLOCK.instant() : to;
        Span span = span(end);
        CanaryPlan judged = stable ? StableAsCanary.plan(plan, err::println) : plan;
        Backtest backtest = new Backtest(judged, step, wanted);
        long began = System.nanoTime();
        Recording recording = read(judged, backtest, span, err);
        long read = System.nanoTime();
        Backtest.Report found = backtest.run(recording);
        report.month(found, wanted, (read - began) / 1_000_000, (System.nanoTime() - read) / 1_000_000);
        return Exit.FINE;
    }

    private Span span(Instant end) throws Failure {
        try {
            return Span.of(from, end, step, MOST_STEPS);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, e.getMessage());
        }
    }

    private Recording read(CanaryPlan plan, Backtest backtest, Span span, PrintWriter err) throws Failure {
        Metrics m = plan.metrics();
        Metrics metrics = url == null
                ? m
                : new Metrics(
                        new SourceSettings.Prometheus(url, null, SourceSettings.Auth.NONE, 60_000),
                        m.interval(),
                        m.scrapeInterval(),
                        m.maxAge(),
                        m.window(),
                        m.labels(),
                        m.names(),
                        m.custom(),
                        m.sets());
        UnaryOperator<MetricQuery> instead = q -> stable ? new MetricQuery(q.metric(), Track.STABLE, q.window()) : q;
        Path folder = cache != null
                ? cache
                : file.toAbsolutePath().resolveSibling(".canary").resolve("backtest");
        try {
            PastReader reader = new PastReader(
                    new MetricSources().openPast(metrics, SourceContext.of(plan.target(), version, new LocalSecrets())),
                    folder,
                    LiveRuntimeServices.CLOCK);
            Recording recording =
                    reader.read(backtest.queries(), instead, span.start(), span.steps(), span.step(), (done, of) -> {
                        err.print("\rreading " + done + " of " + of + " parts");
                        err.flush();
                    });
            err.println();
            return recording;
        } catch (MetricException e) {
            err.println();
            throw new Failure(
                    Exit.INFRASTRUCTURE,
                    e.getMessage() + "; the data read so far is kept, and the same command continues");
        } catch (IOException e) {
            throw new Failure(Exit.INFRASTRUCTURE, folder + " cannot be written: " + e.getMessage());
        }
    }

    private static JournalSimulator.Answer replay(Path journal, CanaryPlan plan) throws Failure {
        try {
            return JournalSimulator.of(journal, plan);
        } catch (JournalException e) {
            throw new Failure(Exit.USAGE, e.getMessage());
        }
    }

    /** Moments on the command line. */
    static final class TimeOption implements ITypeConverter<Instant> {

        @Override
        public Instant convert(String value) {
            try {
                return TimeArgument.parse(value, LiveRuntimeServices.CLOCK.instant());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
