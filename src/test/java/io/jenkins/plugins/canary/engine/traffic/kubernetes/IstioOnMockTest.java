package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class IstioOnMockTest extends IstioContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
