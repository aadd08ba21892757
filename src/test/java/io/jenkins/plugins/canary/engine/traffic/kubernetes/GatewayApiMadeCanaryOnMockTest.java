package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class GatewayApiMadeCanaryOnMockTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }
}
