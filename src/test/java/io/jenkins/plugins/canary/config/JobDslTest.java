package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.ParametersAction;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javaposse.jobdsl.plugin.JenkinsDslScriptLoader;
import javaposse.jobdsl.plugin.JenkinsJobManagement;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The example runs in the Job DSL plugin, and so do the jobs that it makes. */
@WithJenkins
class JobDslTest {

    private static final Path EXAMPLE = Path.of("examples/job-dsl/releases.groovy");

    @Test
    void folderAndPipelinesAreMade(JenkinsRule j) throws Exception {
        JenkinsJobManagement jobs = new JenkinsJobManagement(System.out, Map.of(), new File("."));
        new JenkinsDslScriptLoader(jobs).runScript(Files.readString(EXAMPLE));

        Folder folder = j.jenkins.getItemByFullName("shop", Folder.class);
        CanaryFolderProperty property = folder.getProperties().get(CanaryFolderProperty.class);
        assertEquals("main", property.getPrometheusServers().get(0).getName());
        assertEquals(
                "http://prometheus.monitoring:9090",
                property.getPrometheusServers().get(0).getUrl());
        assertEquals("group:release-managers", property.getApprovers().get(0).getMembers());
        assertEquals("minHold: 5m\nabort: default\n", property.getPolicy());
        assertEquals(CommitChecks.PUBLISH, property.getCommitChecks());
        String standard = property.getPlans().get(0).getYaml();
        assertEquals(
                "Half",
                PlanReader.read("name: shop\n" + standard.replace("{{params.service}}", "shop"))
                        .phases()
                        .get(1)
                        .name());

        try (CanaryWorld world = new CanaryWorld()) {
            String plan = world.plan("standard") + "target: { deployment: \"{{params.service}}\" }\n";
            property.setPlans(List.of(new NamedPlan("standard", plan.replaceFirst("name: .*", ""))));
            property.setPolicy("maxStep: 80");
            WorkflowJob job = j.jenkins.getItemByFullName("shop/release-payment-api", WorkflowJob.class);
            WorkflowRun build = job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("VERSION", "v2")))
                    .waitForStart();
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            assertEquals("payment-api", Builds.record(build).getName());
            assertEquals("v2", Builds.record(build).getVersion());
        }
        assertTrue(j.jenkins.getItemByFullName("shop/release-basket") instanceof WorkflowJob);
    }
}
