package io.jenkins.plugins.canary.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.EnvVars;
import hudson.model.EnvironmentContributor;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.CanaryWorld;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.rollouts.PendingRollouts;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Spans of a real build's rollout, in the trace that the OpenTelemetry plugin names to its steps. */
class RolloutTracerTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String BUILD_SPAN = "00f067aa0ba902b7";

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private CanaryWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new CanaryWorld();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    /** As the OpenTelemetry plugin does while a build is running. */
    @TestExtension
    public static final class BuildSpan extends EnvironmentContributor {
        @Override
        public void buildEnvironmentFor(Run run, EnvVars envs, TaskListener listener) {
            if (run.isBuilding()) {
                envs.put("TRACEPARENT", "00-" + TRACE + "-" + BUILD_SPAN + "-01");
            }
        }
    }

    private void export() {
        GlobalOpenTelemetry.resetForTest();
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build());
    }

    @Test
    void aRolloutIsOnceInTheTraceOfItsBuildWhateverRestarts() throws Throwable {
        String plan = world.plan(
                "shop",
                "[ { name: Initial, weight: 20, hold: 1s, approval: {} }, { name: Full, weight: 100, hold: 1s } ]",
                "");
        sessions.then(j -> {
            export();
            WorkflowRun build = Builds.start(j, "job", "canaryRollout yaml: '''" + plan + "''', version: 'v2'");
            Builds.untilStatus(build, "AWAITING_APPROVAL");
            Builds.until(
                    "noted",
                    () -> new PendingRollouts("traces").has(Builds.record(build).getId()));
            assertEquals(List.of(), exporter.getFinishedSpanItems());
        });
        sessions.then(j -> {
            export();
            WorkflowRun build =
                    j.jenkins.getItemByFullName("job", WorkflowJob.class).getBuildByNumber(1);
            Builds.until(
                    "resumed",
                    () -> Builds.live(build) != null && Builds.live(build).run() != null);
            Builds.live(build).command(new Input.Approve(0, "alice", Set.of(), "fine"));
            j.assertBuildStatusSuccess(j.waitForCompletion(build));
            Builds.until("sent", () -> exporter.getFinishedSpanItems().size() == 3);
            assertEquals(
                    List.of("canary phase Initial", "canary phase Full", "canary rollout shop"),
                    exporter.getFinishedSpanItems().stream()
                            .map(SpanData::getName)
                            .toList());
            SpanData rollout = exporter.getFinishedSpanItems().get(2);
            assertEquals(TRACE, rollout.getTraceId());
            assertEquals(BUILD_SPAN, rollout.getParentSpanId());
            assertEquals("promoted", rollout.getAttributes().get(RolloutSpans.OUTCOME));
        });
        sessions.then(j -> {
            export();
            assertEquals(0, new PendingRollouts("traces").read().size());
        });
        assertEquals(3, exporter.getFinishedSpanItems().size());
    }
}
