package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract, and real requests, with a real HAProxy. */
class HaproxyRouterTest extends RouterContract {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private NamedService canary;
    private NamedService stable;
    private HaproxyProcess haproxy;

    @BeforeEach
    void start() throws Exception {
        world();
    }

    private void world() throws Exception {
        if (haproxy == null) {
            canary = new NamedService("canary");
            stable = new NamedService("stable");
            haproxy = HaproxyProcess.inFrontOf(canary.port(), stable.port());
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (haproxy != null) {
            haproxy.close();
        }
        canary.close();
        stable.close();
    }

    @Override
    protected RouterSettings settings() throws Exception {
        world();
        return settings(haproxy.adminSocket());
    }

    private static RouterSettings settings(String socket) {
        return new HaproxySettings(RuntimeAddress.parse(socket), "app", "canary", "stable", Duration.ofSeconds(10));
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        haproxy.ask("set server app/canary weight " + weight.tenths() / 10);
        haproxy.ask("set server app/stable weight " + (100 - weight.tenths() / 10));
    }

    @Override
    protected boolean send(int requests) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(haproxy.url())
                .timeout(Duration.ofSeconds(20))
                .build();
        for (int i = 0; i < requests; i++) {
            assertEquals(200, CLIENT.send(request, BodyHandlers.discarding()).statusCode());
        }
        return true;
    }

    /** One kept connection carries all requests, and still each of them is split. */
    @Test
    void theShareThatIsServedIsTheOneAskedFor() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            for (double percent : new double[] {5, 25, 80}) {
                router.shift(Weight.ofPercent(percent));
                int before = canary.served();
                send(200);
                assertEquals(percent * 2, canary.served() - before, 3, percent + "%");
            }
            router.rollBack();
            int before = canary.served();
            send(50);
            assertEquals(before, canary.served());
        }
    }

    /** HAProxy's round is long when weights are large; the canary must not wait for its end to get its share. */
    @Test
    void theNewShareIsServedAtOnceAlsoFromLargeWeights() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            for (int[] from : new int[][] {{0, 256}, {1, 256}, {256, 256}}) {
                haproxy.ask("set server app/canary weight " + from[0] + "; set server app/stable weight " + from[1]);
                send(20);
                router.shift(Weight.ofPercent(5));
                int before = canary.served();
                send(60);
                assertEquals(3, canary.served() - before, 2, "from " + from[0] + ":" + from[1]);
            }
        }
    }

    @Test
    void overTcpAsOverTheSocket() throws Exception {
        try (TrafficRouter router = settings(haproxy.adminTcp()).open(CONTEXT)) {
            router.shift(Weight.ofPercent(12.5));
            assertEquals(Weight.ofPercent(12.5), router.observe().weight());
        }
    }

    /** Two weights of 0 to 256: the smallest share is one of 257. */
    @Override
    protected boolean sets(int tenths) {
        return tenths == 0 || tenths == 1000 || tenths >= 4 && tenths <= 996;
    }
}
