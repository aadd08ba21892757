package io.jenkins.plugins.canary.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import hudson.model.Result;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The step {@code canaryProbe} in pipelines, against a service of its own. */
@WithJenkins
class CanaryProbeStepTest {

    private static JenkinsRule j;
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/limited", e -> {
            boolean over = requests.incrementAndGet() > 3;
            e.getResponseHeaders().set("RateLimit-Limit", "3");
            e.getResponseHeaders().set("RateLimit-Remaining", String.valueOf(Math.max(0, 3 - requests.get())));
            e.getResponseHeaders().set("RateLimit-Reset", "60");
            if (over) {
                e.getResponseHeaders().set("Retry-After", "60");
            }
            e.sendResponseHeaders(over ? 429 : 200, -1);
            e.close();
        });
        server.createContext("/stuck", e -> {
            requests.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
            e.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private WorkflowRun run(String name, String script) throws Exception {
        WorkflowJob job = j.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script.formatted(plan()), true));
        return job.scheduleBuild2(0).waitForStart();
    }

    private String plan() {
        String at = "127.0.0.1:" + server.getAddress().getPort();
        return """
                name: api
                traffic: { haproxy: { socket: "tcp://127.0.0.1:1", backend: b, canary: c, stable: s } }
                phases: [ { name: Full, weight: 100 } ]
                probes:
                  allow: [ "%s" ]
                  canary: { url: "http://%s" }
                  run:
                    limit: { rateLimit: { path: /limited, limit: 3, requests: 5, concurrency: 1 } }
                    wide: { rateLimit: { path: /limited, limit: 2, requests: 5, concurrency: 1 } }
                    stuck: { http: { path: /stuck } }
                """.formatted(at, at);
    }

    @Test
    void passesAndGivesItsResultsToThePipeline() throws Exception {
        WorkflowRun build = run("passes", """
                def found = canaryProbe(yaml: '''%s''', probe: 'limit')
                echo "${found[0].probe}: ${found[0].outcome}, ${found[0].statuses['429']} refused"
                """);

        j.assertBuildStatusSuccess(j.waitForCompletion(build));
        j.assertLogContains("limit: PASS, 2 refused", build);
        j.assertLogContains("pass 429 beyond the limit: 2 of 5 requests were answered with 429", build);
        assertEquals(5, requests.get());
    }

    @Test
    void failsByItselfAndNamesWhatWasNotMet() throws Exception {
        WorkflowRun build = run("fails", "canaryProbe(yaml: '''%s''', probe: 'wide')");

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("probe wide failed: at most 2 a window: 3 requests were let through", build);
    }

    @Test
    void stopsWithTheBuild() throws Exception {
        WorkflowRun build = run("stops", "canaryProbe(yaml: '''%s''', probe: 'stuck')");
        Poll.until("the service is asked", () -> requests.get() > 0);
        build.getExecutor().interrupt();

        j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
    }

    @Test
    void saysWhatThereIsInsteadOfWhatThereIsNot() throws Exception {
        WorkflowRun build = run("unknown", "canaryProbe(yaml: '''%s''', probe: 'nothing')");

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("the plan has no probe nothing; it has limit, wide, stuck", build);
        assertTrue(requests.get() == 0, "nothing is sent");
    }

    @Test
    void needsAPlanOrARollout() throws Exception {
        WorkflowRun build = run("bare", "canaryProbe()");

        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("this build has no rollout: run canaryStart before canaryProbe", build);
    }
}
