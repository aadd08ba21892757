package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real HAProxy that is set up wrongly, or goes away. */
class HaproxyTroubleTest {

    private NamedService service;
    private HaproxyProcess haproxy;

    @BeforeEach
    void start() throws Exception {
        service = new NamedService("either");
    }

    @AfterEach
    void stop() throws Exception {
        if (haproxy != null) {
            haproxy.close();
        }
        service.close();
    }

    private void plain() throws Exception {
        haproxy = HaproxyProcess.inFrontOf(service.port(), service.port());
    }

    private TrafficRouter open(String socket, String backend, String canary) throws RouterException {
        return new HaproxySettings(RuntimeAddress.parse(socket), backend, canary, "stable", Duration.ofSeconds(10))
                .open(RouterContract.CONTEXT);
    }

    private RouterException refusal(String socket, String backend, String canary) {
        return assertThrows(RouterException.class, () -> open(socket, backend, canary));
    }

    @Test
    void wrongNamesAreNamed() throws Exception {
        plain();
        RouterException noBackend = refusal(haproxy.adminSocket(), "shop", "canary");
        assertTrue(noBackend.getMessage().contains("no backend 'shop'"), noBackend.getMessage());
        RouterException noServer = refusal(haproxy.adminSocket(), "app", "v2");
        assertTrue(noServer.getMessage().contains("no server 'v2', only canary, stable"), noServer.getMessage());
        assertTrue(noBackend.permanent() && noServer.permanent());
        assertTrue(refusal(haproxy.adminSocket(), "web", "canary").getMessage().contains("is it a frontend?"));
    }

    @Test
    void aSocketThatMayOnlyLookIsFoundOutBeforeTheFirstShift() throws Exception {
        plain();
        RouterException denied = refusal(haproxy.userSocket(), "app", "canary");
        assertTrue(denied.permanent());
        assertTrue(denied.getMessage().contains("level admin"), denied.getMessage());
        HaproxyRouter router = new HaproxyRouter(
                new HaproxySettings(
                        RuntimeAddress.parse(haproxy.userSocket()), "app", "canary", "stable", Duration.ofSeconds(10)),
                AddressPolicy.UNRESTRICTED);
        RouterException shift = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
        assertTrue(shift.permanent() && shift.getMessage().contains("level admin"), shift.getMessage());
        assertEquals(Weight.ZERO, router.observe().weight());
    }

    @ParameterizedTest
    @ValueSource(strings = {"static-rr", "source"})
    void aStaticAlgorithmCannotBeSteered(String algorithm) throws Exception {
        haproxy = HaproxyProcess.withBackend(
                "  balance %2$s\n  server canary 127.0.0.1:%1$d weight 1\n  server stable 127.0.0.1:%1$d weight 99"
                        .formatted(service.port(), algorithm));
        TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
        RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
        assertTrue(refused.permanent() && refused.getMessage().contains("balance roundrobin"), refused.getMessage());
    }

    /** An agent answers with a share of the configured weight, here of 0: what is read back is what is served. */
    @Test
    void anAgentThatChangesWeightsIsReadBack() throws Exception {
        try (ServerSocket agent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answer(agent), "agent");
            answering.setDaemon(true);
            answering.start();
            haproxy = HaproxyProcess.withBackend(("  balance roundrobin\n  server canary 127.0.0.1:%1$d weight 0"
                            + " agent-check agent-port %2$d agent-inter 50ms\n  server stable 127.0.0.1:%1$d weight 100")
                    .formatted(service.port(), agent.getLocalPort()));
            TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
            router.shift(Weight.ofPercent(50));
            Poll.until(
                    "the agent's weight is read back",
                    () -> router.observe().weight().isZero());
        }
    }

    private static void answer(ServerSocket agent) {
        while (!agent.isClosed()) {
            try (Socket socket = agent.accept()) {
                socket.getOutputStream().write("up 50%\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                continue; // HAProxy waits 50 ms for an answer, and asks again
            }
        }
    }

    /** Its health is that of the server it tracks, and its weight its own. */
    @Test
    void aServerThatTracksAnotherIsSteeredAsAnyOther() throws Exception {
        haproxy = HaproxyProcess.withBackend(
                ("  balance roundrobin\n  server canary 127.0.0.1:%1$d weight 0 track app/stable\n"
                                + "  server stable 127.0.0.1:%1$d weight 100 check inter 50ms")
                        .formatted(service.port()));
        TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
        router.shift(Weight.ofPercent(10));
        assertEquals(Weight.ofPercent(10), router.observe().weight());
    }

    @Test
    void noTrafficToACanaryThatIsDownButAlwaysAWayBack() throws Exception {
        haproxy = HaproxyProcess.withBackend(
                "  balance roundrobin\n  server canary 127.0.0.1:1 weight 5 check inter 50ms fall 1\n  server stable 127.0.0.1:%d weight 95"
                        .formatted(service.port()));
        TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
        awaitDown(router);
        assertEquals(CanaryHealth.State.DOWN, router.observe().health().state());
        RouterException down = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(50)));
        assertTrue(down.getMessage().contains("app/canary is DOWN"), down.getMessage());
        assertFalse(down.permanent(), "it may come up again");
        router.rollBack();
        assertEquals(Weight.ZERO, router.observe().weight());
    }

    private static void awaitDown(TrafficRouter router) throws Exception {
        Poll.until(
                "HAProxy sees the canary down",
                () -> router.observe().warnings().stream().anyMatch(w -> w.contains("canary is DOWN")));
    }

    @Test
    void aServerInMaintenanceGetsNoTraffic() throws Exception {
        plain();
        TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
        haproxy.ask("set server app/canary state maint");
        assertTrue(assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)))
                .getMessage()
                .contains("MAINT"));
        haproxy.ask("set server app/canary state ready");
        router.shift(Weight.ofPercent(5));
        assertEquals(Weight.ofPercent(5), router.observe().weight());
    }

    @Test
    void whatSkewsTheSplitIsToldToPeople() throws Exception {
        haproxy = HaproxyProcess.withBackend(
                ("  balance roundrobin\n  cookie SRV insert\n  server canary 127.0.0.1:%1$d weight 0 cookie c\n"
                                + "  server stable 127.0.0.1:%1$d weight 100 cookie s\n  server third 127.0.0.1:%1$d weight 100 cookie t")
                        .formatted(service.port()));
        TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
        Observation seen = router.observe();
        assertEquals(2, seen.warnings().size(), seen.warnings().toString());
        assertTrue(seen.warnings().get(0).contains("SRV"));
        assertTrue(seen.warnings().get(1).contains("third"));
        RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains("also sends to the server app/third"), refused.getMessage());
        router.rollBack();
    }

    @Test
    void killedAndStartedAgain() throws Exception {
        plain();
        TrafficRouter router = open(haproxy.adminSocket(), "app", "canary");
        router.shift(Weight.ofPercent(25));
        haproxy.kill();
        assertFalse(assertThrows(RouterException.class, router::observe).permanent());
        assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(50)));
        haproxy.start();
        assertEquals(
                Weight.ZERO, router.observe().weight(), "a restarted HAProxy has the weights of its configuration");
        router.shift(Weight.ofPercent(25));
        assertEquals(Weight.ofPercent(25), router.observe().weight());
    }
}
