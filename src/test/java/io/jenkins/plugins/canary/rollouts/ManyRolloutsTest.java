package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import hudson.model.Result;
import io.jenkins.plugins.canary.Builds;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Many rollouts at once in one controller cost few threads and little memory. */
@WithJenkins
class ManyRolloutsTest {

    private static final int BUILDS = 20;
    private static final int EACH = 10;

    private final ExecutorService answering = Executors.newFixedThreadPool(4, task -> {
        Thread thread = new Thread(task, "HTTP-answering");
        thread.setDaemon(true);
        return thread;
    });

    /** A router of its own for each rollout, and nothing behind it. */
    private final class Router implements AutoCloseable {
        private final HttpServer server;
        private volatile String weight = "0";

        Router() throws IOException {
            server = serve(this::answer);
        }

        private String answer(HttpExchange exchange) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (exchange.getRequestMethod().equals("PUT")) {
                weight = body.replaceAll("[^0-9.]", "");
            }
            return "{\"weight\":" + weight + ",\"promoted\":false,\"drained\":true,\"draining\":0,"
                    + "\"canaryRequests\":0,\"stableRequests\":0}";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private interface Answer {
        String to(HttpExchange exchange) throws IOException;
    }

    private HttpServer serve(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(answering);
        server.createContext("/", exchange -> {
            byte[] body = answer.to(exchange).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String plan(String name, int router, int metrics) {
        return """
                name: %s
                traffic: { local: { control: "http://127.0.0.1:%d" } }
                metrics: { prometheus: { url: "http://127.0.0.1:%d", interval: 5s, scrapeInterval: 1s }, window: 1m, labels: { canary: 'v="2"', stable: 'v="1"' } }
                phases: [ { name: Initial, weight: 5, hold: 1h }, { name: Full, weight: 100 } ]
                gate: [ { metric: success-rate, min: 50%% } ]
                abort: [ { metric: success-rate, min: 10%% } ]
                """.formatted(name, router, metrics);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> !t.getName().startsWith("HTTP-"))
                .toList();
    }

    private static int watched() {
        return (int) RolloutManager.get().open().stream()
                .filter(r -> r.state() != null && r.state().evidence().ticks() >= 2)
                .count();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void twoHundredAtOnce(JenkinsRule j) throws Exception {
        HttpServer metrics = serve(e -> {
            e.getRequestBody().readAllBytes();
            return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":["
                    + System.currentTimeMillis() / 1000 + ",\"1\"]}]}}";
        });
        List<Router> routers = new ArrayList<>();
        for (int i = 0; i < BUILDS * EACH; i++) {
            routers.add(new Router());
        }
        Builds.start(j, "warm-up", "echo 'classes are loaded'");
        List<Thread> before = threads();
        long heapBefore = heap();
        List<WorkflowRun> builds = new ArrayList<>();
        for (int b = 0; b < BUILDS; b++) {
            int first = b * EACH;
            String branches = IntStream.range(first, first + EACH)
                    .mapToObj(i -> "s" + i + ": { canaryStart version: 'v2', yaml: '''"
                            + plan(
                                    "s" + i,
                                    routers.get(i).server.getAddress().getPort(),
                                    metrics.getAddress().getPort())
                            + "''' }")
                    .collect(Collectors.joining(",\n"));
            builds.add(Builds.start(j, "many-" + b, "parallel(" + branches + ")\nsleep 3600"));
        }
        Poll.until(
                "every rollout is watched",
                () -> watched() == BUILDS * EACH || !builds.stream().allMatch(WorkflowRun::isBuilding));
        for (WorkflowRun build : builds) {
            assertTrue(build.isBuilding(), build + ": " + build.getLog(300));
        }
        assertEquals(BUILDS * EACH, watched());
        List<Thread> during = new ArrayList<>(threads());
        during.removeAll(before);
        List<String> ours = during.stream()
                .map(Thread::getName)
                .filter(n -> n.startsWith("canary") || n.startsWith("HttpClient"))
                .sorted()
                .toList();
        long perRollout = (heap() - heapBefore) / (BUILDS * EACH) / 1024;
        System.out.println("200 rollouts: " + during.size() + " threads more, of the plugin " + ours.size() + " " + ours
                + "; " + perRollout + " KB of heap each, their builds' share included");
        // Not one thread a rollout: the pools of the manager and the engine, and the workers of the HTTP clients.
        assertTrue(ours.size() <= 80, ours.toString());
        assertTrue(perRollout <= 1024, perRollout + " KB");

        for (WorkflowRun build : builds) {
            build.doStop();
        }
        for (WorkflowRun build : builds) {
            j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(build));
        }
        Builds.until("all are taken back", () -> RolloutManager.get().open().isEmpty());
        for (Router router : routers) {
            assertEquals(Weight.ZERO, Weight.ofPercent(Double.parseDouble(router.weight)));
            router.close();
        }
        metrics.stop(0);
        answering.shutdown();
    }
}
