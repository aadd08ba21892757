package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.report.backtest.Backtest;
import io.jenkins.plugins.canary.engine.report.backtest.BacktestPlan;
import io.jenkins.plugins.canary.engine.report.backtest.BacktestReport;
import io.jenkins.plugins.canary.engine.report.backtest.JournalSimulator;
import io.jenkins.plugins.canary.engine.report.backtest.PastReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.report.backtest.Span;
import io.jenkins.plugins.canary.engine.report.backtest.StoppedPeriod;
import io.jenkins.plugins.canary.engine.report.backtest.TimeArgument;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.rollouts.RecordedMetrics;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.commons.io.FileUtils;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * Reads and judges on a thread of its own, for it may take minutes and must not keep rollouts waiting. After a restart it
 * begins again, and finds the parts that it had read.
 */
final class BacktestExecution extends SynchronousNonBlockingStepExecution<LinkedHashMap<String, Object>> {
    private static final long serialVersionUID = 1L;

    /** A month and a half of minutes: a controller has other things to keep in memory. */
    private static final int MOST_STEPS = 65_000;

    private static final int TOLD = 10;

    /** Stops that are at most so far apart are one period. */
    private static final Duration GAP = Duration.ofMinutes(30);

    /** In the log; what the step returns has all. */
    private static final int MOST_PERIODS = 20;

    private final CanaryBacktestStep asked;

    BacktestExecution(StepContext context, CanaryBacktestStep asked) {
        super(context);
        this.asked = asked;
    }

    @Override
    public void onResume() {
        try {
            start();
        } catch (Exception e) {
            getContext().onFailure(e);
        }
    }

    @Override
    protected LinkedHashMap<String, Object> run() throws Exception {
        if (asked.getFrom() == null && asked.getRollouts() == 0) {
            throw new AbortException(
                    "say what to look back at: canaryBacktest from: '30d' for metrics, or rollouts: 10 for"
                            + " earlier rollouts of this job");
        }
        PrintStream lines = getContext().get(TaskListener.class).getLogger();
        Consumer<String> log = line -> lines.println("[canary] " + line);
        RecordedMetrics past = new RecordedMetrics(getContext().get(Run.class));
        LinkedHashMap<String, Object> found = new LinkedHashMap<>();
        try {
            CanaryPlan plan = new PlanPlace(asked.getPlan(), asked.getYaml()).plan(getContext());
            if (asked.getFrom() != null) {
                metrics(plan, past, log, found);
            }
            if (asked.getRollouts() > 0) {
                rollouts(plan, past.journals(asked.getRollouts()), log, found);
            }
            return found;
        } catch (MetricException e) {
            asked.tolerate(new StepFailure(e.getMessage(), null), getContext());
            return found;
        } catch (IllegalArgumentException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private void metrics(
            CanaryPlan plan, RecordedMetrics past, Consumer<String> log, LinkedHashMap<String, Object> found)
            throws MetricException, IOException {
        Duration step = Units.duration(asked.getStep());
        OptionalDouble wanted = Units.percentage(asked.getFalseAlarms());
        if (step == null || step.isZero()) {
            throw new AbortException("step is a duration such as 1m, not " + asked.getStep());
        }
        if (wanted.isEmpty()) {
            throw new AbortException("falseAlarms is a percentage such as 1%, not " + asked.getFalseAlarms());
        }
        Instant now = RolloutManager.get().clock().instant();
        Span span = Span.of(
                TimeArgument.parse(asked.getFrom(), now),
                asked.getTo() == null ? now : TimeArgument.parse(asked.getTo(), now),
                step,
                MOST_STEPS);
        CanaryPlan judged = BacktestPlan.of(plan, asked.isStable(), log);
        Backtest backtest = new Backtest(judged, step, wanted.getAsDouble());
        Recording recording = read(judged, backtest, past, span, log);
        BacktestReport report = backtest.run(recording);
        List<StoppedPeriod> periods = StoppedPeriod.of(report.simulated(), GAP);
        report.lines(wanted.getAsDouble()).forEach(log);
        StoppedPeriod.lines(periods, GAP, MOST_PERIODS).forEach(log);
        found.put("ticks", report.ticks());
        found.put("rollouts", report.rollouts());
        found.put("stopped", report.stopped());
        found.put("byCause", new LinkedHashMap<>(report.byCause()));
        found.put("criteria", report.criteria());
        found.put(
                "periods",
                new ArrayList<>(periods.stream().map(StoppedPeriod::plain).toList()));
        FileUtils.deleteQuietly(past.parts().toFile());
    }

    private Recording read(CanaryPlan plan, Backtest backtest, RecordedMetrics past, Span span, Consumer<String> log)
            throws MetricException, IOException {
        UnaryOperator<MetricQuery> instead =
                q -> asked.isStable() ? new MetricQuery(q.metric(), Track.STABLE, q.window()) : q;
        int[] told = {0};
        return new PastReader(
                        past.metrics(plan, asked.getVersion()),
                        past.parts(),
                        RolloutManager.get().clock())
                .read(backtest.queries(), instead, span.start(), span.steps(), span.step(), (done, of) -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new IllegalArgumentException("the backtest was stopped");
                    }
                    if (done * TOLD / of > told[0]) {
                        told[0] = done * TOLD / of;
                        log.accept("read " + done + " of " + of + " parts of the past");
                    }
                });
    }

    private static void rollouts(
            CanaryPlan plan, List<Path> journals, Consumer<String> log, LinkedHashMap<String, Object> found) {
        ArrayList<String> different = new ArrayList<>();
        int read = 0;
        for (Path journal : journals) {
            try {
                JournalSimulator.Answer answer = JournalSimulator.of(journal, plan);
                log.accept(answer.line());
                read++;
                if (!answer.same()) {
                    different.add(answer.rollout());
                }
            } catch (JournalException e) {
                log.accept("left out: " + e.getMessage());
            }
        }
        log.accept(different.size() + " of " + read + " earlier rollouts would not have ended the same");
        found.put("earlier", read);
        found.put("different", different);
    }
}
