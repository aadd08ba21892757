package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.prometheus.RangeReader;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.backtest.Backtest;
import io.jenkins.plugins.canary.engine.report.backtest.BacktestPage;
import io.jenkins.plugins.canary.engine.report.backtest.BacktestPlan;
import io.jenkins.plugins.canary.engine.report.backtest.BacktestReport;
import io.jenkins.plugins.canary.engine.report.backtest.Incident;
import io.jenkins.plugins.canary.engine.report.backtest.IncidentComparison;
import io.jenkins.plugins.canary.engine.report.backtest.JournalSimulator;
import io.jenkins.plugins.canary.engine.report.backtest.PastReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.report.backtest.Span;
import io.jenkins.plugins.canary.engine.report.backtest.StoppedPeriod;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code canary backtest PLAN --from T --to T}. */
@Command(
        name = "backtest",
        description = "Runs a plan's gates over recorded metrics: when would it have stopped a release, by which "
                + "criterion, and was that right?")
final class BacktestCommand extends PlanCommand {

    private static final int MOST_STEPS = 1_000_000;

    /** On the terminal; JSON and the page have all. */
    private static final int MOST_PERIODS = 20;

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "2026-10-01, 2026-10-01T06:00:00Z, or 30d for thirty days ago")
    private Instant from;

    @Option(names = "--to", paramLabel = "T", description = "default now")
    private Instant to;

    @Option(
            names = "--step",
            paramLabel = "D",
            defaultValue = "1m",
            description = "time between ticks; default ${DEFAULT-VALUE}")
    private Duration step;

    @Option(names = "--prometheus", paramLabel = "URL", description = "server to read from, instead of the plan's")
    private String url;

    @Mixin
    private MetricOptions metrics;

    @Option(
            names = "--stable",
            description = "judge the stable version as if it were the canary, for times without a canary; "
                    + "comparisons with stable are left out")
    private boolean stable;

    @Option(
            names = "--false-alarms",
            paramLabel = "P",
            converter = MetricOptions.Share.class,
            defaultValue = "0.01",
            description = "propose thresholds that this share of good releases would exceed; default ${DEFAULT-VALUE}")
    private double wanted;

    @Mixin
    private IncidentOptions incidents;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "write a page: stopped periods, known incidents, and the series with both marked")
    private Path html;

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

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        CanaryPlan plan = plan();
        if (journals != null) {
            simulate(plan);
            return Exit.FINE;
        }
        if (from == null) {
            throw Failure.usage("the time to judge is missing: add --from 30d, or --journal FILE");
        }
        List<Incident> ofFile = incidents.ofFile();
        Span span = span(to == null ? LiveRuntimeServices.CLOCK.instant() : to);
        CanaryPlan judged = BacktestPlan.of(plan, stable, err()::println);
        Backtest backtest = new Backtest(judged, step, wanted);
        RangeReader source = source(judged);
        long began = System.nanoTime();
        Recording recording = read(source, backtest, span);
        List<Incident> known = incidents.known(ofFile, source, span);
        long read = System.nanoTime();
        BacktestReport report = backtest.run(recording);
        long judgedMillis = (System.nanoTime() - read) / 1_000_000;
        IncidentComparison comparison = known == null
                ? null
                : IncidentComparison.of(
                        report, known, recording, incidents.margin(backtest.longestWindow()), incidents.gap);
        List<StoppedPeriod> periods =
                comparison == null ? StoppedPeriod.of(report.simulated(), incidents.gap) : comparison.periods();
        if (html != null) {
            save(html, BacktestPage.of(plan.name(), backtest, report, periods, comparison, recording));
        }
        print(report, periods, comparison, (read - began) / 1_000_000, judgedMillis);
        return Exit.FINE;
    }

    private Span span(Instant end) throws Failure {
        try {
            return Span.of(from, end, step, MOST_STEPS);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private RangeReader source(CanaryPlan plan) throws Failure {
        try {
            return new MetricSources().openPast(source(plan.metrics()), metrics.context(plan));
        } catch (MetricException e) {
            throw Failure.infrastructure(e.getMessage());
        }
    }

    private Recording read(RangeReader source, Backtest backtest, Span span) throws Failure {
        UnaryOperator<MetricQuery> instead = q -> stable ? new MetricQuery(q.metric(), Track.STABLE, q.window()) : q;
        Path folder = cache != null
                ? cache
                : file.toAbsolutePath().resolveSibling(".canary").resolve("backtest");
        try {
            PastReader reader = new PastReader(source, folder, LiveRuntimeServices.CLOCK);
            Recording recording =
                    reader.read(backtest.queries(), instead, span.start(), span.steps(), span.step(), (done, of) -> {
                        err().print("\rreading " + done + " of " + of + " parts");
                        err().flush();
                    });
            err().println();
            return recording;
        } catch (MetricException e) {
            err().println();
            throw Failure.infrastructure(
                    e.getMessage() + "; the data read so far is kept, and the same command continues");
        } catch (IOException e) {
            throw Failure.infrastructure(folder + " cannot be written: " + e.getMessage());
        }
    }

    /** The plan's metrics, from the server of {@code --prometheus} where that is given. */
    private Metrics source(Metrics m) {
        if (url == null) {
            return m;
        }
        SourceSettings server = new SourceSettings.Prometheus(url, null, Auth.NONE, 60_000);
        return new Metrics(
                server,
                m.interval(),
                m.scrapeInterval(),
                m.maxAge(),
                m.window(),
                m.labels(),
                m.pod(),
                m.names(),
                m.custom(),
                m.sets(),
                m.logs());
    }

    private void print(
            BacktestReport r,
            List<StoppedPeriod> periods,
            IncidentComparison comparison,
            long readMillis,
            long judgedMillis)
            throws JsonProcessingException {
        if (!json) {
            r.lines(wanted).forEach(out()::println);
            StoppedPeriod.lines(periods, incidents.gap, MOST_PERIODS).forEach(out()::println);
            if (comparison != null) {
                comparison.lines().forEach(out()::println);
            }
            out().println("read in " + readMillis + " ms, judged in " + judgedMillis + " ms");
            return;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("ticks", r.ticks());
        all.put("rollouts", r.rollouts());
        all.put("promoted", r.promoted());
        all.put("stopped", r.stopped());
        all.put("byCause", r.byCause());
        all.put("reasons", r.reasons());
        all.put("criteria", r.criteria());
        all.put("periods", periods.stream().map(StoppedPeriod::plain).toList());
        if (comparison != null) {
            all.put("incidents", comparison.plain());
        }
        all.put("readMillis", readMillis);
        all.put("judgedMillis", judgedMillis);
        out().println(json(all));
    }

    private void simulate(CanaryPlan plan) throws Failure, JsonProcessingException {
        for (Path journal : journals) {
            JournalSimulator.Answer a;
            try {
                a = JournalSimulator.of(journal, plan);
            } catch (JournalException e) {
                throw Failure.usage(e.getMessage());
            }
            if (!json) {
                out().println(a.line());
                continue;
            }
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("rollout", a.rollout());
            one.put("was", a.was());
            one.put("would", a.would());
            one.put("same", a.same());
            one.put("reasons", List.of(a.wasReason(), a.wouldReason()));
            out().println(json(one));
        }
    }
}
