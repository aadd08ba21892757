package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class TlsRouteOnMockTest extends TlsRouteContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
