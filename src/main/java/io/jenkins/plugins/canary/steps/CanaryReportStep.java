package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
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
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code canaryReport()}: shows the gates of the build's rollouts among its test results, and writes their evidence. Every rollout of the build unless
 * one is named. */
public final class CanaryReportStep extends RolloutStep {
    private static final long serialVersionUID = 1L;

    private String dir;

    @DataBoundConstructor
    public CanaryReportStep() {}

    public String getDir() {
        return dir;
    }

    @DataBoundSetter
    public void setDir(String dir) {
        this.dir = Util.fixEmptyAndTrim(dir);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryReport", Messages._CanaryReportStep_displayName(), "rollout", "dir");
        }
    }

    /**
     * Reads journals on a thread of its own: a long rollout's takes seconds. What cannot be reported is said and does not fail
     * the build, whose result is that of the rollout and nothing else; only files that cannot be written do.
     */
    private static final class Execution
            extends SynchronousNonBlockingStepExecution<ArrayList<LinkedHashMap<String, Object>>> {
        private static final long serialVersionUID = 1L;

        private final CanaryReportStep step;

        Execution(StepContext context, CanaryReportStep step) {
            super(context);
            this.step = step;
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
            RolloutsAction action =
                    RolloutsAction.of(getContext().get(Run.class)).orElse(null);
            List<RolloutRecord> all = action == null ? List.of() : action.getRollouts();
            ArrayList<LinkedHashMap<String, Object>> reported = new ArrayList<>();
            Map<RolloutRecord, Report> results = new LinkedHashMap<>();
            for (RolloutRecord record : all) {
                if (step.getRollout() != null && !step.getRollout().equals(record.getName())) {
                    continue;
                }
                reported.add(record.data());
                Report report;
                try {
                    report = action.report(record);
                } catch (IOException e) {
                    say(record, "No report: " + e.getMessage());
                    continue;
                }
                results.put(record, report);
                tell(record, report);
                if (step.dir != null) {
                    write(all.size() == 1 ? "canary-report" : "canary-report-" + record.getId(), record, report);
                }
            }
            if (reported.isEmpty()) {
                say(nothing(all));
            }
            for (RolloutRecord complete : GateResults.add(getContext(), results)) {
                say(complete, "Its gates are among the test results already");
            }
            return reported;
        }

        private String nothing(List<RolloutRecord> all) {
            String others = all.stream().map(RolloutRecord::getName).distinct().collect(Collectors.joining(", "));
            return "[canary] Nothing to report: this build has no rollout"
                    + (step.getRollout() == null ? "" : " " + step.getRollout())
                    + (all.isEmpty() ? "" : "; it has " + others);
        }

        private void tell(RolloutRecord record, Report report) throws Exception {
            if (report.rollout().endedAt() == null) {
                say(
                        record,
                        "The rollout is still open (" + report.rollout().says()
                                + "): the report is of what there is by now");
            }
            if (!report.journal().whole()) {
                say(record, report.journal().problem());
            }
        }

        private void write(String file, RolloutRecord record, Report report) throws Exception {
            FilePath workspace = getContext().get(FilePath.class);
            if (workspace == null) {
                say(
                        record,
                        "No files in " + step.dir
                                + ": there is no workspace here. Put canaryReport inside"
                                + " of node, or give the stage an agent; the build's canary page has the same reports");
                return;
            }
            FilePath folder = workspace.child(step.dir);
            try {
                folder.mkdirs();
                folder.child(file + ".html").write(HtmlReport.of(report), "UTF-8");
                folder.child(file + ".json").write(JournalReport.json(report), "UTF-8");
                folder.child(file + ".xml").write(JunitReport.of(report, record.getName()), "UTF-8");
            } catch (IOException e) {
                String why = "the reports cannot be written to " + step.dir + " in the workspace: " + e.getMessage();
                step.tolerate(new StepFailure(why, null), getContext());
                return;
            }
            say(record, "Report in " + step.dir + "/" + file + ".html, .json and .xml");
        }

        private void say(RolloutRecord record, String line) throws Exception {
            say("[canary " + record.getName() + "] " + line);
        }

        /** A line of the log, and never more than one. */
        private void say(String line) throws Exception {
            getContext().get(TaskListener.class).getLogger().println(line.replaceAll("\\R", " "));
        }
    }
}
