package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class NginxIngressMadeCanaryOnMockTest extends NginxIngressContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }
}
