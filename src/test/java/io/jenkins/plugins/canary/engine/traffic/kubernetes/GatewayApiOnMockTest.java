package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class GatewayApiOnMockTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
