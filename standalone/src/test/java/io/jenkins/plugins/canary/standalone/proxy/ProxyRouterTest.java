package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ways to reach the weighted proxy keep the contract, read from a plan as users write it. */
@Timeout(120)
class ProxyRouterTest {

    @Test
    void eachDriverNameIsThereOnceWhereverItComesFrom() {
        List<String> names = RouterDriver.all().stream().map(RouterDriver::name).toList();
        assertEquals(names.stream().distinct().toList(), names);
        assertTrue(names.containsAll(List.of("haproxy", "local")), names.toString());
    }

    private static RouterSettings plan(String yaml) {
        SettingsText read = SettingsText.read(RouterDriver.named("local").orElseThrow(), yaml);
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    @Nested
    class InAnotherProcess extends RouterContract {

        private ProxyFixture world;

        @Override
        protected RouterSettings settings() throws Exception {
            world = new ProxyFixture();
            return plan("{ control: '" + world.proxy.controlUrl() + "' }");
        }

        @AfterEach
        void stop() throws Exception {
            world.close();
        }

        @Override
        protected void editBehindItsBack(Weight weight) {
            world.proxy.shift(weight);
        }

        @Override
        protected boolean send(int requests) throws Exception {
            for (int i = 0; i < requests; i++) {
                world.get("/");
            }
            return true;
        }
    }

    @Nested
    class InThisProcess extends RouterContract {

        private ProxyFixture world;
        private URI url;

        @Override
        protected RouterSettings settings() throws Exception {
            world = new ProxyFixture();
            RouterSettings settings = plan("{ listen: '127.0.0.1:0', canary: '%s', stable: '%s' }"
                    .formatted(world.canary.url(), world.stable.url()));
            return new RouterSettings() {
                @Override
                public String driver() {
                    return settings.driver();
                }

                @Override
                public TrafficRouter open(io.jenkins.plugins.canary.engine.traffic.RouterContext context)
                        throws RouterException {
                    TrafficRouter router = settings.open(context);
                    url = URI.create(router.observe().detail());
                    return assertInstanceOf(ProxyRouter.class, router);
                }
            };
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
                ProxyFixture.send(HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build());
            }
            return true;
        }

        @Test
        void aTakenPortIsARouterError() {
            RouterException taken = assertThrows(RouterException.class, () -> plan("{ listen: '%s', canary: '%s', stable: '%s' }"
                    .formatted(url.getAuthority(), world.canary.url(), world.stable.url())).open(CONTEXT));
            assertTrue(taken.getMessage().contains(String.valueOf(url.getPort())), taken.getMessage());
        }
    }
}
