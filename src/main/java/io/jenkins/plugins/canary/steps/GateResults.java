package io.jenkins.plugins.canary.steps;

import hudson.PluginWrapper;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Puts gates among a build's test results, where the JUnit plugin is installed: each that has ended, once, at the stage of a step. */
final class GateResults {

    private static final Logger LOGGER = Logger.getLogger(GateResults.class.getName());

    private GateResults() {}

    /**
     * Adds what has ended of the rollouts that a step was about, unless that is switched off. Reads their journals. Whether
     * it succeeds decides nothing.
     *
     * @param rollouts their ids
     */
    static void addEnded(StepContext context, Collection<String> rollouts) {
        if (rollouts.isEmpty() || !CanaryConfiguration.get().isGateTestResults() || !isJunitThere()) {
            return;
        }
        try {
            RolloutsAction action = RolloutsAction.of(context.get(Run.class)).orElse(null);
            if (action == null) {
                return;
            }
            Map<RolloutRecord, Report> reports = new LinkedHashMap<>();
            for (RolloutRecord record : action.getRollouts()) {
                if (rollouts.contains(record.getId())) {
                    reports.put(record, action.report(record));
                }
            }
            add(context, reports);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "Gates of " + rollouts + " are not among their build's test results", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Adds what has ended of rollouts and is not among the test results yet.
     *
     * @return the rollouts that have ended and of which there was nothing left to add
     */
    static List<RolloutRecord> add(StepContext context, Map<RolloutRecord, Report> reports)
            throws IOException, InterruptedException {
        TaskListener log = context.get(TaskListener.class);
        if (!isJunitThere()) {
            if (!reports.isEmpty()) {
                log.getLogger()
                        .println("[canary] No test results: the JUnit plugin, which shows them, is not installed");
            }
            return List.of();
        }
        Map<String, String> files = new LinkedHashMap<>();
        List<RolloutRecord> complete = new ArrayList<>();
        reports.forEach((record, report) -> {
            JunitReport.Part part = record.claimTests(report);
            if (!part.isEmpty()) {
                files.put(record.getId(), JunitReport.of(report, record.getName(), part));
            } else if (record.isEnded()) {
                complete.add(record);
            }
        });
        if (!files.isEmpty()) {
            JunitResults.record(context, files);
            context.get(Run.class).save();
        }
        return complete;
    }

    private static boolean isJunitThere() {
        PluginWrapper junit = Jenkins.get().getPluginManager().getPlugin("junit");
        return junit != null && junit.isActive();
    }
}
