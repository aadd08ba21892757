package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract for {@code local: { listen: ... }}: the proxy begins and ends with the router. */
@Timeout(120)
class InProcessProxyTest extends RouterContract {

    private ProxyFixture world;
    private URI url;

    @Override
    protected RouterSettings settings() throws Exception {
        world = new ProxyFixture();
        RouterSettings read = listeningOn("127.0.0.1:0");
        return new RouterSettings() {
            @Override
            public String driver() {
                return read.driver();
            }

            @Override
            public TrafficRouter open(RouterContext context) throws RouterException {
                TrafficRouter router = read.open(context);
                url = URI.create(router.observe().detail());
                return router;
            }
        };
    }

    private RouterSettings listeningOn(String address) {
        return DriversTest.local("{ listen: '%s', canary: '%s', stable: '%s' }"
                .formatted(address, world.canary.url(), world.stable.url()));
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    @Override
    protected void editBehindItsBack(Weight weight) {
        abort("nobody else can reach a proxy inside the process");
    }

    @Override
    protected TrafficRouter again(RouterSettings same) {
        return abort("the proxy ends with the process");
    }

    @Override
    protected boolean send(int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            ProxyFixture.send(
                    HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build());
        }
        return true;
    }

    @Test
    void aTakenPortIsARouterError() {
        RouterException taken = assertThrows(
                RouterException.class, () -> listeningOn(url.getAuthority()).open(CONTEXT));
        assertTrue(taken.getMessage().contains(String.valueOf(url.getPort())), taken.getMessage());
    }
}
