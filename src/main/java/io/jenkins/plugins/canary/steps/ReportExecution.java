package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.FilePath;
import hudson.PluginWrapper;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.report.HtmlReport;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * Reads journals on a thread of its own: a long rollout's takes seconds. What cannot be reported is said and does not fail
 * the build, whose result is that of the rollout and nothing else; only files that cannot be written do.
 */
final class ReportExecution extends SynchronousNonBlockingStepExecution<ArrayList<LinkedHashMap<String, Object>>> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String dir;

    ReportExecution(StepContext context, String name, String dir) {
        super(context);
        this.name = name;
        this.dir = dir;
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
    protected ArrayList<LinkedHashMap<String, Object>> run() throws Exception {
        RolloutsAction action = RolloutsAction.of(getContext().get(Run.class)).orElse(null);
        List<RolloutRecord> all = action == null ? List.of() : action.getRollouts();
        ArrayList<LinkedHashMap<String, Object>> reported = new ArrayList<>();
        Map<RolloutRecord, Report> results = new LinkedHashMap<>();
        for (RolloutRecord record : all) {
            if (name != null && !name.equals(record.getName())) {
                continue;
            }
            reported.add(RolloutData.of(record));
            try {
                results.put(record, action.report(record));
            } catch (IOException e) {
                say("[canary " + record.getName() + "] No report: " + e.getMessage());
            }
        }
        if (reported.isEmpty()) {
            say(nothing(all));
        }
        for (Map.Entry<RolloutRecord, Report> result : results.entrySet()) {
            tell(result.getKey(), result.getValue());
            if (dir != null) {
                write(
                        all.size() == 1
                                ? "canary-report"
                                : "canary-report-" + result.getKey().getId(),
                        result.getKey(),
                        result.getValue());
            }
        }
        record(results);
        return reported;
    }

    private String nothing(List<RolloutRecord> all) {
        return "[canary] Nothing to report: this build has no rollout" + (name == null ? "" : " " + name)
                + (all.isEmpty()
                        ? ""
                        : "; it has "
                                + all.stream()
                                        .map(RolloutRecord::getName)
                                        .distinct()
                                        .collect(Collectors.joining(", ")));
    }

    private void tell(RolloutRecord record, Report report) throws Exception {
        if (report.rollout().endedAt() == null) {
            say("[canary " + record.getName() + "] The rollout is still open ("
                    + report.rollout().says() + "): the report is of what there is by now");
        }
        if (!report.journal().whole()) {
            say("[canary " + record.getName() + "] " + report.journal().problem());
        }
    }

    private void write(String file, RolloutRecord record, Report report) throws Exception {
        FilePath workspace = getContext().get(FilePath.class);
        if (workspace == null) {
            say("[canary " + record.getName() + "] No files in " + dir
                    + ": there is no workspace here. Put canaryReport inside"
                    + " of node, or give the stage an agent; the build's canary page has the same reports");
            return;
        }
        FilePath folder = workspace.child(dir);
        try {
            folder.mkdirs();
            folder.child(file + ".html").write(HtmlReport.of(report), "UTF-8");
            folder.child(file + ".json").write(JournalReport.json(report), "UTF-8");
            folder.child(file + ".xml").write(JunitReport.of(report, record.getName()), "UTF-8");
        } catch (IOException e) {
            throw new AbortException(
                    "the reports cannot be written to " + dir + " in the workspace: " + e.getMessage());
        }
        say("[canary " + record.getName() + "] Report in " + dir + "/" + file + ".html, .json and .xml");
    }

    /** What has ended is recorded once: a second step must not count it twice. */
    private void record(Map<RolloutRecord, Report> results) throws Exception {
        PluginWrapper junit = Jenkins.get().getPluginManager().getPlugin("junit");
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<RolloutRecord, Report> result : results.entrySet()) {
            RolloutRecord record = result.getKey();
            if (record.isInTestResults()) {
                say("[canary " + record.getName() + "] Its gates are among the test results already");
            } else {
                files.put(record.getId(), JunitReport.of(result.getValue(), record.getName()));
            }
        }
        if (files.isEmpty()) {
            return;
        }
        if (junit == null || !junit.isActive()) {
            say("[canary] No test results: the JUnit plugin, which shows them, is not installed");
            return;
        }
        JunitResults.record(getContext(), files);
        results.forEach((record, report) -> {
            if (report.rollout().endedAt() != null) {
                record.inTestResults();
            }
        });
        getContext().get(Run.class).save();
    }

    /** A line of the log, and never more than one. */
    private void say(String line) throws Exception {
        getContext().get(TaskListener.class).getLogger().println(line.replaceAll("\\R", " "));
    }
}
