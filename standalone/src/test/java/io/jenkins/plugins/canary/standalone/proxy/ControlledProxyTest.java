package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** The contract for {@code local: { control: ... }}, over the real control API. */
@Timeout(120)
class ControlledProxyTest extends RouterContract {

    private ProxyFixture world;

    @Override
    protected RouterSettings settings() throws Exception {
        world = new ProxyFixture();
        return DriversTest.local("{ control: '" + world.proxy.controlUrl() + "' }");
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
