package io.jenkins.plugins.canary.engine.traffic.own;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** The contract with a server of which every other call goes wrong, asked again as the engine asks again. */
class HttpRouterFaultsTest extends RouterContract {

    private TeamServer server;

    @Override
    protected RouterSettings settings() throws Exception {
        if (server == null) {
            server = new TeamServer();
            AtomicInteger calls = new AtomicInteger();
            TeamServer.Fault[] faults = TeamServer.Fault.values();
            server.fault = () -> {
                int call = calls.incrementAndGet();
                return call % 2 == 0 ? TeamServer.Fault.NONE : faults[1 + call / 2 % (faults.length - 1)];
            };
        }
        RouterSettings settings = SettingsText.read(new HttpDriver(), "{ url: '" + server.url() + "' }")
                .settings();
        return new RouterSettings() {
            @Override
            public String driver() {
                return settings.driver();
            }

            @Override
            public TrafficRouter open(RouterContext context) {
                return new Persistent(
                        new Attempt<TrafficRouter>() {
                            @Override
                            TrafficRouter once() throws RouterException {
                                return settings.open(context);
                            }
                        }.untilDone());
            }
        };
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected void editBehindItsBack(Weight weight) {
        server.weight = weight.percent();
    }

    /** One call of the engine: none of these faults is for good. */
    private abstract static class Attempt<T> {

        abstract T once() throws RouterException;

        T untilDone() {
            for (int i = 0; i < 20; i++) {
                try {
                    return once();
                } catch (RouterException e) {
                    assertFalse(e.permanent(), e.getMessage());
                }
            }
            throw new AssertionError("failed twenty times");
        }
    }

    private record Persistent(TrafficRouter router) implements TrafficRouter {

        @Override
        public Observation observe() {
            return new Attempt<Observation>() {
                @Override
                Observation once() throws RouterException {
                    return router.observe();
                }
            }.untilDone();
        }

        @Override
        public void shift(Weight weight) {
            new Attempt<Boolean>() {
                @Override
                Boolean once() throws RouterException {
                    router.shift(weight);
                    return true;
                }
            }.untilDone();
        }

        @Override
        public void promote(String version) {
            new Attempt<Boolean>() {
                @Override
                Boolean once() throws RouterException {
                    router.promote(version);
                    return true;
                }
            }.untilDone();
        }
    }
}
