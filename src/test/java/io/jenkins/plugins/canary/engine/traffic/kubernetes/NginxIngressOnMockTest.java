package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class NginxIngressOnMockTest extends NginxIngressContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}
