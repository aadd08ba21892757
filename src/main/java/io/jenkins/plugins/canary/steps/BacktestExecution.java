package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.backtest.Backtest;
import io.jenkins.plugins.canary.engine.report.backtest.JournalSimulator;
import io.jenkins.plugins.canary.engine.report.backtest.PastReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.report.backtest.Span;
import io.jenkins.plugins.canary.engine.report.backtest.StableAsCanary;
import io.jenkins.plugins.canary.engine.report.backtest.TimeArgument;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.rollouts.RecordedMetrics;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
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

    private final PlanPlace place;
    private final String version;
    private final Asked asked;

    /** What to look back at, as written in the pipeline. */
    record Asked(String from, String to, String step, String falseAlarms, boolean stable, int rollouts)
            implements Serializable {}

    BacktestExecution(StepContext context, PlanPlace place, String version, Asked asked) {
        super(context);
        this.place = place;
        this.version = version;
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
        if (asked.from == null && asked.rollouts == 0) {
            throw new AbortException(
                    "say what to look back at: canaryBacktest from: '30d' for metrics, or rollouts: 10 for"
                            + " earlier rollouts of this job");
        }
        PrintStream log = getContext().get(TaskListener.class).getLogger();
        RecordedMetrics past = new RecordedMetrics(getContext().get(Run.class));
        LinkedHashMap<String, Object> found = new LinkedHashMap<>();
        try {
            CanaryPlan plan = PlanReader.read(place.read(getContext()));
            if (asked.from != null) {
                metrics(plan, past, log, found);
            }
            if (asked.rollouts > 0) {
                rollouts(plan, past.journals(asked.rollouts), log, found);
            }
            return found;
        } catch (PlanException | MetricException | IllegalArgumentException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private void metrics(CanaryPlan plan, RecordedMetrics past, PrintStream log, LinkedHashMap<String, Object> found)
            throws MetricException, IOException {
        Duration step = Units.duration(asked.step);
        OptionalDouble wanted = Units.percentage(asked.falseAlarms);
        if (step == null || step.isZero() || wanted.isEmpty()) {
            throw new AbortException(
                    step == null || step.isZero()
                            ? "step is a duration such as 1m, not " + asked.step
                            : "falseAlarms is a percentage such as 1%, not " + asked.falseAlarms);
        }
        Instant now = RolloutManager.get().clock().instant();
        Span span = Span.of(
                TimeArgument.parse(asked.from, now),
                asked.to == null ? now : TimeArgument.parse(asked.to, now),
                step,
                MOST_STEPS);
        CanaryPlan judged = asked.stable ? StableAsCanary.plan(plan, line -> log.println("[canary] " + line)) : plan;
        Backtest backtest = new Backtest(judged, step, wanted.getAsDouble());
        Recording recording = read(judged, backtest, past, span, log);
        Backtest.Report report = backtest.run(recording);
        report.lines(wanted.getAsDouble()).forEach(line -> log.println("[canary] " + line));
        found.put("ticks", report.ticks());
        found.put("rollouts", report.rollouts());
        found.put("stopped", report.rollouts() - report.promoted());
        found.put("byCause", new LinkedHashMap<>(report.byCause()));
        found.put("criteria", criteria(report));
        FileUtils.deleteQuietly(past.parts().toFile());
    }

    private Recording read(CanaryPlan plan, Backtest backtest, RecordedMetrics past, Span span, PrintStream log)
            throws MetricException, IOException {
        UnaryOperator<MetricQuery> instead =
                q -> asked.stable ? new MetricQuery(q.metric(), Track.STABLE, q.window()) : q;
        int[] told = {0};
        return new PastReader(
                        past.metrics(plan, version),
                        past.parts(),
                        RolloutManager.get().clock())
                .read(backtest.queries(), instead, span.start(), span.steps(), span.step(), (done, of) -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new IllegalArgumentException("the backtest was stopped");
                    }
                    if (done * TOLD / of > told[0]) {
                        told[0] = done * TOLD / of;
                        log.println("[canary] read " + done + " of " + of + " parts of the past");
                    }
                });
    }

    private static ArrayList<LinkedHashMap<String, Object>> criteria(Backtest.Report report) {
        ArrayList<LinkedHashMap<String, Object>> all = new ArrayList<>();
        for (Backtest.Proposal p : report.proposals()) {
            LinkedHashMap<String, Object> one = new LinkedHashMap<>();
            one.put("criterion", p.criterion().label());
            one.put("failing", p.failing());
            one.put("min", p.min());
            one.put("max", p.max());
            all.add(one);
        }
        return all;
    }

    private static void rollouts(
            CanaryPlan plan, List<Path> journals, PrintStream log, LinkedHashMap<String, Object> found) {
        ArrayList<String> different = new ArrayList<>();
        int read = 0;
        for (Path journal : journals) {
            try {
                JournalSimulator.Answer answer = JournalSimulator.of(journal, plan);
                log.println("[canary] " + answer.line());
                read++;
                if (!answer.same()) {
                    different.add(answer.rollout());
                }
            } catch (JournalException e) {
                log.println("[canary] left out: " + e.getMessage());
            }
        }
        log.println("[canary] " + different.size() + " of " + read + " earlier rollouts would not have ended the same");
        found.put("earlier", read);
        found.put("different", different);
    }
}
