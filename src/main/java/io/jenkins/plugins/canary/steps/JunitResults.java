package io.jenkins.plugins.canary.steps;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.junit.JUnitResultArchiver;
import hudson.tasks.junit.TestResultAction;
import hudson.tasks.junit.TestResultSummary;
import hudson.tasks.junit.pipeline.JUnitResultsStepExecution;
import hudson.tasks.test.PipelineTestDetails;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Puts gates among a build's test results, as the {@code junit} step does. The only class that knows the JUnit plugin: it
 * is loaded where that plugin is, and nowhere else.
 */
final class JunitResults {

    private JunitResults() {}

    /**
     * Adds to the results that the build has already, once for each node; leaves the build's result as it is.
     *
     * @param files JUnit XML by a name for each
     */
    static void record(StepContext context, Map<String, String> files) throws IOException, InterruptedException {
        Run<?, ?> build = context.get(Run.class);
        TaskListener log = context.get(TaskListener.class);
        JUnitResultArchiver task = new JUnitResultArchiver("*.xml");
        // One check on the commit is the junit step's: it would be overwritten.
        task.setSkipPublishingChecks(true);
        FlowNode node = context.get(FlowNode.class);
        TestResultAction others = build.getAction(TestResultAction.class);
        if (others != null) {
            if (!others.getResult().getResultByNode(node.getId()).getSuites().isEmpty()) {
                // The controller went down between these results and the record of the rollout.
                return;
            }
            task.setHealthScaleFactor(others.getHealthScaleFactor());
        }
        Path folder = Files.createTempDirectory("canary-report");
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(folder.resolve(file.getKey() + ".xml"), file.getValue());
            }
            TestResultSummary sum = JUnitResultArchiver.parseAndSummarize(
                    task, where(node), build, new FilePath(folder.toFile()), context.get(Launcher.class), log);
            log.getLogger()
                    .println("[canary] " + sum.getTotalCount() + " test results: " + sum.getPassCount() + " passed, "
                            + sum.getFailCount() + " failed, " + sum.getSkipCount() + " skipped");
        } finally {
            FileUtils.deleteQuietly(folder.toFile());
        }
    }

    /** By which the results show at their stage. */
    private static PipelineTestDetails where(FlowNode node) {
        List<FlowNode> stages = JUnitResultsStepExecution.getEnclosingStagesAndParallels(node);
        PipelineTestDetails details = new PipelineTestDetails();
        details.setNodeId(node.getId());
        details.setEnclosingBlocks(JUnitResultsStepExecution.getEnclosingBlockIds(stages));
        details.setEnclosingBlockNames(JUnitResultsStepExecution.getEnclosingBlockNames(stages));
        return details;
    }
}
