package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class TcpRouteOnMockTest extends TcpRouteContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
