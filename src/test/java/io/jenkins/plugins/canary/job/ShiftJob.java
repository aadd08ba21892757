package io.jenkins.plugins.canary.job;

import hudson.model.ParametersDefinitionProperty;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/** A team's job whose script moves the traffic of a {@link CanaryWorld}: the one of docs/drivers/job.md. */
final class ShiftJob {

    static final String NAME = "shift-traffic";

    private ShiftJob() {}

    static WorkflowJob create(JenkinsRule j, CanaryWorld world) throws Exception {
        return create(j, NAME, script(world));
    }

    static WorkflowJob create(JenkinsRule j, String name, String script) throws Exception {
        WorkflowJob job = Builds.job(j, name, script);
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("ACTION", "observe"),
                new StringParameterDefinition("WEIGHT", "0"),
                new StringParameterDefinition("VERSION", ""),
                new StringParameterDefinition("SERVICE", "payment"),
                new StringParameterDefinition("CANARY_ROLLOUT", "")));
        return job;
    }

    /** As the page has it, with the address of this world. */
    static String script(CanaryWorld world) throws Exception {
        return Files.readString(Path.of("examples/job/shift-traffic.groovy"))
                .replace("http://traffic.example.com/payment", world.control().toString());
    }

    static void script(WorkflowJob job, String script) {
        try {
            job.setDefinition(new CpsFlowDefinition(script, true));
        } catch (hudson.model.Descriptor.FormException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A plan of the world that moves its traffic by the job. */
    static String plan(CanaryWorld world, String name, String phases, String more) {
        return world.plan(name, phases, more)
                .replaceFirst(
                        "traffic: .*",
                        "traffic: { job: { name: " + NAME + ", parameters: { SERVICE: payment }, timeout: 2m } }");
    }
}
