package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;

class GatewayApiOnMockTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
