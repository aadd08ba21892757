package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class GrpcRouteOnMockTest extends GrpcRouteContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
