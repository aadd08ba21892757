package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EvidenceFile off a Jenkins: an HTTP server that answers as the plugin's pages do. */
class JenkinsBuildTest {

    private static final String BUILD = "/jenkins/job/team%20a/job/canary/12";
    private static final String TOKEN = "11aa22bb33";
    private static final String ALICE =
            "Basic " + Base64.getEncoder().encodeToString(("alice:" + TOKEN).getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path dir;

    private byte[] journal;
    private HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String rollouts = "{\"rollouts\":[" + rollout("shop-1a2b3c4d-7") + "]}";
    private volatile boolean everybody = true;

    private static String rollout(String id) {
        return "{\"id\":\"" + id + "\",\"name\":\"shop\",\"version\":\"v2\",\"status\":\"PROMOTED\"}";
    }

    @BeforeEach
    void serve() throws Exception {
        Path file = dir.resolve("kept/shop.jsonl");
        try (FakeRelease release = FakeRelease.inFile(PlanReader.read("""
                name: shop
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases: [ { name: Half, weight: 50, hold: 2m }, { name: Full, weight: 100 } ]
                gate: [ { metric: success-rate, min: 99% } ]
                abort: [ { metric: error-rate, max: 5% } ]
                """), file)) {
            release.pass(5, 0);
        }
        journal = Files.readAllBytes(file);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        asked.add(path);
        boolean known = ALICE.equals(exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] body = path.equals(BUILD + "/canary/api/json")
                ? rollouts.getBytes(StandardCharsets.UTF_8)
                : path.startsWith(BUILD + "/canary/shop-") && path.endsWith("/journal") ? journal : new byte[0];
        if (path.startsWith("/moved")) {
            exchange.getResponseHeaders().set("Location", "https://ci.example.com/login?from=secret");
        }
        exchange.sendResponseHeaders(
                path.startsWith("/moved")
                        ? 302
                        : path.startsWith("/login") ? 401 : !known && !everybody ? 403 : body.length == 0 ? 404 : 200,
                body.length == 0 ? -1 : body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            // The other side has read enough.
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    void everyAddressOfABuildLeadsToItsJournal() throws Exception {
        Path out = dir.resolve("out");
        Cli.run("report", url(BUILD + "/"), "--out", out)
                .exits(0)
                .says("shop-1a2b3c4d-7.html", "TEST-canary-shop-1a2b3c4d-7.xml");
        assertTrue(Files.readString(out.resolve("shop-1a2b3c4d-7.html")).contains("shop v2.4.0"));
        for (String below : List.of(
                "",
                "/console",
                "/canary",
                "/canary/",
                "/canary/shop-1a2b3c4d-7",
                "/canary/shop-1a2b3c4d-7/report",
                "/?tab=1#x")) {
            Cli.run("verify", url(BUILD + below))
                    .exits(0)
                    .says("unchanged", BUILD + "/canary/shop-1a2b3c4d-7/journal: ");
        }
    }

    @Test
    void aChangedJournalIsFoundAndCalledByItsAddress() throws Exception {
        journal = new String(journal, StandardCharsets.UTF_8)
                .replaceFirst("\"shiftApplied\",\"at\":1", "\"shiftApplied\",\"at\":2")
                .getBytes(StandardCharsets.UTF_8);
        Cli.Ended ended = Cli.run("verify", url(BUILD + "/")).exits(1).says("/journal is damaged at line 3");
        assertFalse(ended.toString().contains("canary-journal"), "where the copy was is nothing for people: " + ended);
        Cli.run("report", url(BUILD + "/"), "--out", dir.resolve("out"))
                .exits(1)
                .says("/journal is damaged at line 3");
    }

    /** The token comes out of the environment, is sent to nobody else, and is never shown. */
    @Test
    void tokenOpensWhatNotEverybodyMayRead() throws Exception {
        everybody = false;
        Cli.run("verify", url(BUILD + "/")).exits(2).says("may not be read by everybody (403)", "CANARY_JENKINS_TOKEN");
        Path temporary = Files.createDirectories(dir.resolve("tmp"));
        Map<String, String> alice = Map.of(
                "CANARY_JENKINS_USER",
                "alice",
                "CANARY_JENKINS_TOKEN",
                TOKEN,
                "JAVA_TOOL_OPTIONS",
                "-Djava.io.tmpdir=" + temporary);
        try (CommandProcess command = CommandProcess.start(dir, alice, "verify", url(BUILD + "/"))) {
            Cli.Ended ended = command.end().exits(0).says("unchanged");
            assertFalse(ended.toString().contains(TOKEN), ended.toString());
        }
        try (var left = Files.list(temporary)) {
            assertEquals(
                    List.of(),
                    left.filter(f -> f.getFileName().toString().startsWith("canary"))
                            .toList(),
                    "no copy is left");
        }
        Failure refused = assertThrows(
                Failure.class,
                () -> JenkinsBuild.at(url(BUILD), "alice", "wrong").fetch());
        assertTrue(refused.getMessage().contains("may not be read by this user (403)"), refused.getMessage());
        Failure half = assertThrows(Failure.class, () -> JenkinsBuild.at(url(BUILD), "alice", null));
        assertTrue(half.getMessage().contains("CANARY_JENKINS_TOKEN is not"), half.getMessage());
    }

    @Test
    void whatIsNotThereIsSaid() {
        Cli.run("verify", url("/jenkins/job/gone/3/"))
                .exits(2)
                .says("/jenkins/job/gone/3/canary/api/json is not there (404)");
        Cli.run("verify", url("/login/job/a/3/")).exits(2).says("requires a known user (401)");
        Cli.Ended moved = Cli.run("verify", url("/moved/job/a/3/"))
                .exits(2)
                .says("leads elsewhere, to https://ci.example.com/login: name");
        assertFalse(moved.toString().contains("secret"), moved.toString());
        for (String no : List.of(url("/jenkins/job/shop/"), url("/"), "https://", "http://127.0.0.1/job/a b/1/")) {
            Cli.run("report", no).exits(2).says("not the address of a build", "/job/NAME/12/");
        }
        Cli.Ended signed = Cli.run("report", "http://bob:hunter2@127.0.0.1/job/a/1/")
                .exits(2)
                .says("CANARY_JENKINS_USER");
        assertFalse(signed.toString().contains("hunter2"), signed.toString());
        rollouts = "<html>";
        Cli.run("verify", url(BUILD)).exits(3).says("does not answer as this plugin does");
        rollouts = "{\"rollouts\":[" + rollout("../../etc") + "]}";
        Cli.run("verify", url(BUILD)).exits(2).says("has no canary rollout");
        assertFalse(asked.stream().anyMatch(p -> p.contains("etc")), "an id of no form is never asked for");
    }

    @Test
    void severalRolloutsAreListedToChooseFrom() {
        rollouts = "{\"rollouts\":[" + rollout("shop-1-7") + "," + rollout("shop-1-9") + "]}";
        Cli.run("verify", url(BUILD))
                .exits(2)
                .says("several rollouts; name one of them", url(BUILD + "/canary/shop-1-9/"), "shop v2 PROMOTED");
        Cli.run("verify", url(BUILD + "/canary/shop-1-9/")).exits(0);
        Cli.run("verify", url(BUILD + "/canary/other/"))
                .exits(2)
                .says("has no rollout other; it has:", "/canary/shop-1-7/");
    }

    @Test
    void tooMuchAndTooSlowAreGivenUp() throws Exception {
        JenkinsBuild.JenkinsPages pages = new JenkinsBuild.JenkinsPages(null, null, Duration.ofSeconds(20));
        Path file = dir.resolve("cut");
        Failure large = assertThrows(
                Failure.class,
                () -> pages.save(URI.create(url(BUILD + "/canary/shop-1/journal")), file, journal.length - 1));
        assertTrue(large.getMessage().contains("is larger than"), large.getMessage());
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            JenkinsBuild slow = JenkinsBuild.at(
                    "http://127.0.0.1:" + silent.getLocalPort() + "/job/a/1/",
                    new JenkinsBuild.JenkinsPages(null, null, Duration.ofMillis(300)));
            Failure late = assertThrows(Failure.class, slow::fetch);
            assertTrue(late.getMessage().contains("did not answer within 300 ms"), late.getMessage());
        }
        server.stop(0);
        Cli.run("verify", url(BUILD)).exits(3).says("nothing accepts connections there");
    }
}
