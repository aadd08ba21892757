package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class TraefikOnMockTest extends TraefikContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
